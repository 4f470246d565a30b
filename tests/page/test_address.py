"""The address of the page holds its whole state."""

import html
import random
from pathlib import Path
from typing import Any

import numpy as np

from causal_model.model import Model
from causal_model.network import Network, Variable
from causal_model.page.document import page_of
from tests.page.reader import Open, Reader, printed


def random_query(rng: random.Random, model: Model) -> str:
    """Any state of the page, as its address."""
    parts = []
    for name, values in (
        ("lang", ["zh-Hant"]),
        ("vs", list(model.scenarios())),
        ("node", list(model.nodes[1:])),
        ("tab", ["channels", "hangs", "watch", "sure", "claims"]),
        ("kind", ["do", "rows"]),
    ):
        if rng.random() < 0.5:
            parts.append(f"{name}={rng.choice(values)}")
    if rng.random() < 0.2:
        return "&".join([*parts, f"scenario={rng.choice(list(model.scenarios()))}"])
    for node in rng.sample(model.nodes, rng.randrange(4)):
        states = model.states(node)
        kind = rng.choice(["given", "not", "do", "like", "belief"])
        if kind in ("like", "belief"):
            numbers = [rng.random() for _ in states]
            numbers = [each / sum(numbers) for each in numbers] if kind == "belief" else numbers
            told = "%2C".join(f"{s}%3A{x}" for s, x in zip(states, numbers, strict=True))
        else:
            told = rng.choice(states)
        parts.append(f"{kind}.{node}={told}")
    return "&".join(parts)


def seen(reader: Reader) -> Any:
    """Everything of a state that can be seen."""
    return reader.evaluate(
        """() => {
          const all = (selector, of) => [...document.querySelectorAll(selector)].map(of);
          return {
            lang: document.documentElement.lang,
            pressed: all('[aria-pressed="true"], [aria-selected="true"]', ({id}) => id),
            checked: all('[aria-checked="true"]', ({id}) => id),
            boxes: all('.node', (each) => [...each.classList].sort().join(' ')),
            numbers: all('.percent', (each) => each.textContent),
            sliders: all('input', ({value}) => value),
            text: document.body.innerText,
          };
        }"""
    )


def test_an_address_holds_the_whole_state(open_page: Open, model: Model) -> None:
    """Fifty states: each is written back as it was read, and a copied link shows all of it again."""
    rng = random.Random(6)
    reader = open_page()
    states: list[tuple[str, Any]] = []
    for _ in range(50):
        query = random_query(rng, model)
        reader.follow(query)
        before = seen(reader)
        # Whatever is pressed writes the whole address, be it what is open already.
        reader.page.locator('[aria-selected="true"]').click()
        reader.settle()
        assert sorted(reader.address.split("&")) == sorted(filter(None, query.split("&")))
        assert seen(reader) == before
        states.append((reader.address, before))
    for address, before in states[::5]:
        reader.go(address)
        assert seen(reader) == before
    reader.page.reload()
    reader.settle()
    assert seen(reader) == states[-5][1]


def test_back_and_forward(open_page: Open) -> None:
    reader = open_page()
    states = [seen(reader)]
    for node, state in (
        ("china_policy", "hard_mandate"),
        ("etf_flow", "outflow"),
        ("etf_flow", "inflow"),
    ):
        reader.state(node, state).click()
        reader.settle()
        states.append(seen(reader))
    for expected in (states[2], states[1]):
        reader.page.go_back()
        reader.settle()
        assert seen(reader)["numbers"] == expected["numbers"]
    reader.page.go_forward()
    reader.settle()
    assert seen(reader)["numbers"] == states[2]["numbers"]
    reader.page.reload()
    reader.settle()
    assert seen(reader)["numbers"] == states[2]["numbers"]


def test_names_may_hold_anything(open_page: Open, tmp_path: Path) -> None:
    names = ("a.b=c&d", "q\"uo'te", "do.x", "節點 %41+")
    states = ("x:1,2", "50 %", "a=b&c", "#?/")
    network = Network.of(
        [Variable(name, states) for name in names],
        {names[1]: [names[0]], names[2]: [names[1]], names[3]: [names[2]]},
        {name: np.full((4, 4) if at else (4,), 0.25) for at, name in enumerate(names)},
    )
    page = tmp_path / "odd.html"
    page.write_text(page_of(Model(network)), encoding="utf-8")
    reader = open_page(file=page)
    for at, name in enumerate(names):
        reader.page.get_by_role("radiogroup", name=name, exact=True).get_by_role("radio").nth(
            at
        ).click()
        reader.settle()
    reader.page.get_by_role("slider").first.fill("300")
    reader.settle()
    before = seen(reader)
    assert len([each for each in before["boxes"] if "observed" in each]) == 3
    assert len([each for each in before["boxes"] if "likelihood" in each]) == 1
    reader.go(reader.address)
    assert seen(reader) == before


def test_a_page_inside_another_has_no_address_and_works(
    browser: Any, article: Path, model: Model
) -> None:
    """As in a notebook, where the document of a frame is `about:srcdoc`."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda each: complaints.append(str(each)))
    inner = html.escape(article.read_text(encoding="utf-8"))
    page.set_content(f'<iframe width="1300" height="900" srcdoc="{inner}"></iframe>')
    frame = page.frame_locator("iframe")
    frame.locator('[data-node="etf_flow"] [data-state="outflow"]').click()
    frame.locator('body[data-settled="yes"]').wait_for()
    found = frame.locator('[data-node="btc_return"] .percent').all_text_contents()
    assert found == printed(model.query(given={"etf_flow": "outflow"})["btc_return"])
    assert complaints == []
    page.close()
