"""The page for everybody: a keyboard, a telephone, another language, less motion, a dark room."""

from collections.abc import Callable
from pathlib import Path

import pytest

from causal_model.model import Model
from tests.page.reader import PANELS, Open, printed

AXE = Path(__file__).parent.parent.parent / ".venv" / "axe-core" / "axe.min.js"


def test_the_keyboard_is_enough(open_page: Open, model: Model) -> None:
    reader = open_page()
    keyboard = reader.page.keyboard

    def tab_to(found: Callable[[str], bool]) -> None:
        for _ in range(80):
            keyboard.press("Tab")
            if found(reader.focused()):
                return
        raise AssertionError("the Tab key does not lead there")

    tab_to(lambda name: name.startswith("A soft mandate"))
    keyboard.press("Enter")
    reader.settle()
    assert reader.focused().endswith("A soft mandate")
    assert reader.address.endswith("scenario=soft_mandate")
    # One stop a node, and arrow keys inside.
    tab_to(lambda name: name.startswith("soft mandate"))
    keyboard.press("Tab")
    assert "US export terms" in reader.focused()
    keyboard.press("ArrowDown")
    reader.settle()
    assert reader.focused().startswith("25 % toll 100 percent")
    assert "given.us_export_terms=toll_25pct" in reader.address
    keyboard.press("Space")
    reader.settle()
    assert "us_export_terms=toll" not in reader.address
    keyboard.press("d")
    reader.settle()
    assert "do.us_export_terms=toll_25pct" in reader.address
    answer = model.query(model.nodes, scenario="soft_mandate", do={"us_export_terms": "toll_25pct"})
    assert reader.printed("btc_return") == printed(answer["btc_return"])
    # The switch, the sliders.
    keyboard.press("Enter")
    assert reader.focused() == "do: somebody sets it"
    keyboard.press("Space")
    reader.settle()
    assert "given.us_export_terms=toll_25pct" in reader.address
    assert reader.focused() == "do: somebody sets it"
    tab_to(lambda name: name.startswith("open:"))
    keyboard.press("Escape")
    assert reader.focused().startswith("25 % toll")
    keyboard.press("Enter")
    tab_to(lambda name: name.startswith("open:"))
    keyboard.press("ArrowLeft")
    reader.settle()
    assert "like.us_export_terms=open%3A0.999" in reader.address
    assert reader.focused().startswith("open:")
    tab_to(lambda name: name == "Why")
    keyboard.press("ArrowRight")
    reader.settle()
    assert reader.focused() == "Channels"
    assert "tab=channels" in reader.address


def test_do_is_told_by_more_than_colour(open_page: Open) -> None:
    reader = open_page("do.etf_flow=outflow")
    box = reader.page.locator('[data-node="etf_flow"].node')
    assert box.locator(".tag text").text_content() == "do"
    assert box.get_attribute("aria-label") == "Spot-ETF flow, do"
    assert (
        box.locator(".border").evaluate("(each) => getComputedStyle(each).strokeDasharray")
        != "none"
    )
    cut = reader.page.locator(".arrow.cut")
    assert cut.count() == 1
    assert cut.locator(".cross").is_visible()
    assert not cut.locator(".sign").first.is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_evidence_moves_no_box(open_page: Open, width: int) -> None:
    reader = open_page(viewport={"width": width, "height": 844})
    places = """[...document.querySelectorAll('.paper, .line, #graph, #legend, #node')].map((each) => {
      const {x, y, width} = each.getBoundingClientRect();
      return [x, y, width];
    })"""
    before = reader.evaluate(places)
    for query in (
        "scenario=hard_mandate",
        "do.etf_flow=outflow&given.china_policy=hard_mandate&not.gpu_spot_quotes=flat&vs=soft_mandate",
    ):
        reader.go(query)
        assert reader.evaluate(places) == before


def test_a_telephone_shows_the_page_without_scrolling_sideways(open_page: Open) -> None:
    reader = open_page("scenario=hard_mandate", viewport={"width": 390, "height": 844})
    for tab in PANELS:
        reader.page.locator(f"#tab-{tab}").click()
        reader.settle()
        assert reader.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = reader.evaluate(
        """[...document.querySelectorAll('svg text')]
          .filter((each) => each.textContent && !each.closest('.tag'))
          .map((each) => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a)"""
    )
    assert min(sizes) >= 11
    tops = reader.evaluate(
        """['china_policy', 'btc_return'].map((node) =>
          document.querySelector(`[data-node=${node}] .paper`).getBoundingClientRect().top)"""
    )
    assert tops[0] < tops[1]


def test_motion_is_reduced_where_that_is_wished(open_page: Open) -> None:
    duration = "getComputedStyle(document.querySelector('svg .bar')).transitionDuration"
    assert open_page().evaluate(duration) == "0.18s"
    assert open_page(reduced_motion="reduce").evaluate(duration) == "0s"


@pytest.mark.parametrize(
    ("scheme", "width", "lang"),
    [
        ("light", 1280, ""),
        ("dark", 1280, "lang=zh-Hant&"),
        ("dark", 390, ""),
        ("light", 390, "lang=zh-Hant&"),
    ],
)
def test_nothing_stands_in_the_way_of_anybody(
    open_page: Open, scheme: str, width: int, lang: str
) -> None:
    if not AXE.exists():
        pytest.skip("no test of accessibility without axe-core; .ci/run says how it is fetched")
    reader = open_page(
        f"{lang}scenario=hard_mandate",
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        bypass_csp=True,
    )
    reader.page.add_script_tag(path=str(AXE))
    for query in (
        "",
        "do.etf_flow=outflow&tab=hangs&vs=soft_mandate",
        "tab=watch&not.etf_flow=flat",
        "tab=claims",
        "tab=sure",
    ):
        reader.evaluate("(query) => { location.hash = query }", lang + query)
        reader.settle()
        found = reader.evaluate("axe.run().then((found) => found.violations)")
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []


def test_chosen_colours_of_the_system_leave_buttons_legible(open_page: Open) -> None:
    reader = open_page(forced_colors="active")
    colours = reader.evaluate(
        """[...document.querySelectorAll('[aria-pressed="true"], [aria-selected="true"]')].map((each) => {
          const {color, backgroundColor} = getComputedStyle(each);
          return [color, backgroundColor];
        })"""
    )
    assert len(colours) == 4
    for text, paper in colours:
        assert text != paper
    bar, track = (
        reader.evaluate(f"getComputedStyle(document.querySelector('svg .{name}')).fill")
        for name in ("bar", "paper")
    )
    assert bar != track
