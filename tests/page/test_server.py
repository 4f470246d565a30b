"""The page of a running server, in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import causal_model as cm
from causal_model.model import Model
from tests.page.reader import PANELS, Reader, printed
from tests.web.test_serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

GRAPHS = Path(__file__).parent.parent.parent / "graphs"


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped graphs, of which one may be changed."""
    folder = tmp_path_factory.mktemp("served") / "graphs"
    shutil.copytree(GRAPHS, folder)
    return folder


@pytest.fixture(scope="module")
def server(browser: "Browser", graphs: Path) -> Iterator[str]:
    names = [str(graphs / f"{name}.yaml") for name in ("article", "long_run")]
    with serving("--port", "0", "-g", names[0], "-g", names[1]) as (address, _):
        yield address


@pytest.fixture
def served(browser: "Browser", server: str) -> Iterator[Any]:
    """Opens a page of the server; at the end it must have asked nobody else for anything."""
    readers: list[Reader] = []

    def opened(query: str = "") -> Reader:
        reader = Reader(browser.new_context(viewport={"width": 1280, "height": 800}), server)
        readers.append(reader)
        reader.go(query)
        return reader

    yield opened
    for reader in readers:
        complaints, requests = reader.complaints, reader.requests
        reader.context.close()
        assert complaints == []
        assert requests
        assert all(each.startswith(server) or each == "data:," for each in requests)


def test_a_click_shows_what_python_says(served: Any, model: Model) -> None:
    reader = served()
    reader.state("china_policy", "hard_mandate").click()
    reader.settle()
    reader.state("etf_flow", "outflow").focus()
    reader.page.keyboard.press("d")
    reader.settle()
    assert reader.page.url.endswith(
        "/?node=etf_flow&given.china_policy=hard_mandate&do.etf_flow=outflow"
    )
    answer = model.query(model.nodes, scenario="hard_mandate", do={"etf_flow": "outflow"})
    for node in model.nodes:
        assert reader.printed(node) == printed(answer[node])
    before = reader.text("body")
    reader.page.reload()
    reader.settle()
    assert reader.text("body") == before


@pytest.mark.parametrize(
    "query",
    [
        "given.etf_flow=outflow&do.china_policy=hard_mandate",
        "belief.etf_flow=outflow%3A0.5%2Cflat%3A0.5&given.china_policy=hard_mandate&lang=zh-Hant",
    ],
)
def test_panels_are_answered_for_whatever_is_chosen(served: Any, query: str) -> None:
    reader = served(query)
    for tab in PANELS:
        reader.page.locator(f"#tab-{tab}").click()
        reader.settle()
        told = reader.text("#panel")
        assert len(told) > 12
        for nonsense in (
            "undefined",
            "NaN",
            "[object",
            "null",
            "No answer",
            "沒有答案",
            "causal-model",
        ):
            assert nonsense not in told


def test_late_answers_are_dropped(served: Any, model: Model) -> None:
    """The first answer arrives after the last one."""
    reader = served()
    held: list[Route] = []

    def hold(route: "Route") -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    reader.page.route("**/query", hold)
    # The page ends the older question; here it does so too late.
    reader.evaluate("AbortController.prototype.abort = () => {}")
    reader.state("china_policy", "brief_pause").click()
    reader.page.wait_for_function("document.body.dataset.settled === 'no'")
    reader.state("china_policy", "hard_mandate").click()
    reader.settle()
    answer = model.query(model.nodes, scenario="hard_mandate")
    assert reader.printed("btc_return") == printed(answer["btc_return"])
    with reader.page.expect_response("**/query"):
        held[0].continue_()
    assert reader.printed("btc_return") == printed(answer["btc_return"])


def test_what_cannot_be_is_said_by_the_server(served: Any) -> None:
    states = ("strong_down", "down", "flat", "up", "strong_up")
    reader = served("&".join(f"not.btc_return={state}" for state in states))
    told = reader.text("#problem")
    assert "btc_return" in told
    reader.complaints[:] = [each for each in reader.complaints if "422" not in each]


def test_another_variant_takes_the_findings_along(served: Any) -> None:
    reader = served("given.etf_flow=outflow")
    reader.page.get_by_role("button", name="long_run").click()
    reader.page.wait_for_url("**graph=long_run**")
    reader.settle()
    model = cm.load("long_run")
    answer = model.query(model.nodes, given={"etf_flow": "outflow"})
    for node in model.nodes:
        assert reader.printed(node) == printed(answer[node])


def test_a_changed_file_is_drawn_anew(served: Any, graphs: Path) -> None:
    reader = served("graph=long_run")
    reader.state("etf_flow", "outflow").click()
    reader.settle()
    file = graphs / "long_run.yaml"
    text = file.read_text(encoding="utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    file.write_text(text.replace(title, "title: Quite another title"), encoding="utf-8")
    reader.state("etf_flow", "flat").click()
    reader.page.locator("#title").filter(has_text="Quite another title").wait_for()
    reader.settle()
    answer = cm.load(file).query("etf_flow", given={"etf_flow": "flat"})
    assert reader.printed("etf_flow") == printed(answer["etf_flow"])


def test_paths_are_drawn_as_their_arrows_point(served: Any, model: Model) -> None:
    reader = served("given.fear_greed_index=fear")
    reader.page.locator("#tab-why").click()
    reader.settle()
    told = reader.text("#panel")
    paths = cm.explain(model, given={"fear_greed_index": "fear"}).shares[0].paths.paths
    assert model.graph is not None
    for path in paths[:3]:
        text = model.graph.label(path.nodes[0])
        for name, forwards in zip(path.nodes[1:], path.forwards, strict=True):
            text += f" {'→' if forwards else '←'} {model.graph.label(name)}"
        assert text in told
    assert "←" in told
