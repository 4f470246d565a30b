"""`-o` of the commands whose answer can be drawn: the same answer, every number of it, nothing hidden."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from pathlib import Path
from typing import Any

import pytest

import causal_model as cm
from causal_model import charts
from causal_model.charts.words import title_of
from causal_model.cli.main import COMMANDS
from causal_model.illustrate import NOTES
from causal_model.render import output
from causal_model.render.charts.draw import draw_chart
from causal_model.render.charts.units import MILLIBITS, PERCENT, POINTS, Unit
from causal_model.render.charts.values import Bar, Bars, Calibration, Chart
from causal_model.render.shapes import Drawing
from tests.cli.shell import run
from tests.render.charts.apart import require_apart, texts
from tests.render.pictures import parsed

WEEKS = Path(__file__).parents[2] / "fixtures" / "weekly_states"
DOWN = "P(btc_return in strong_down, down) > 0.4"
ENTRY = "P(etf_flow = inflow | tech_risk_sentiment = neutral)"
OTHER = "P(etf_flow = inflow | tech_risk_sentiment = sharp_risk_off)"
SEEN = ("--given", "btc_return=down", "--given", "etf_flow=outflow")
TOLD = ("--given", "nasdaq_return=risk_off", "--given", "miner_equities=down")
SCORED = ("--data", str(WEEKS / "weeks.csv"), "--binning", str(WEEKS / "binning.yaml"))

QUESTIONS: dict[str, tuple[str, ...]] = {
    "query": ("query", "--scenario", "hard_mandate"),
    "query with intervals": ("query", "--interval", "0.9", "--draws", "200", *TOLD),
    "query of all nodes": ("query", "--all", *TOLD, "--do", "etf_flow=flat"),
    "query of an estimate": ("query", "--approximate", "--draws", "1000"),
    "scenarios": ("scenarios",),
    "scenarios with intervals": ("scenarios", "--interval", "0.9", "--draws", "200"),
    "effects": ("effects", "--of", "nasdaq_return"),
    "effects with intervals": (
        "effects",
        "--of",
        "etf_flow",
        "--interval",
        "0.9",
        "--draws",
        "200",
    ),
    "effects of two": ("effects", "--of", "etf_flow", "--of", "crypto_sentiment"),
    "channels": ("effects", "--of", "china_policy", "--channels"),
    "counterfactual": ("counterfactual", *SEEN, "--do", "etf_flow=inflow"),
    "bounds": (
        "counterfactual",
        "--given",
        "etf_flow=outflow",
        "--do",
        "etf_flow=inflow",
        "--bounds",
    ),
    "explain": ("explain", *TOLD, "--do", "etf_flow=flat"),
    "watch": ("watch", "--scenario", "hard_mandate"),
    "sensitivity": ("sensitivity", "--given", "china_policy=hard_mandate"),
    "entry": ("sensitivity", "--entry", ENTRY),
    "pair": ("sensitivity", "--pair", ENTRY, OTHER),
    "flip": ("flip", "--claim", DOWN, "--scenario", "hard_mandate"),
    "nothing flips": ("flip", "--claim", "P(btc_return = down) < 0.99"),
    "diff": ("diff", "article", "long_run"),
    "no difference": ("diff", "article", "article"),
    "decide": ("decide", "-g", "hedge", "--know", "china_policy", "--know", "etf_flow"),
    "decided": ("decide", "-g", "hedge"),
    "score": ("score", "-g", "calibrated", *SCORED, "--given", "nasdaq_return", "--draws", "50"),
}


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[Drawing]:
    """What is written, before it is written."""
    kept: list[Drawing] = []

    def keep(drawing: Drawing, path: Path) -> list[str]:
        kept.append(drawing)
        return output.write_drawing(drawing, path)

    monkeypatch.setattr("causal_model.charts.to_file.write_drawing", keep)
    return kept


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_drawn_beside_what_is_printed(
    name: str, lang: str, drawings: list[Drawing]
) -> None:
    arguments = (*QUESTIONS[name], "--lang", lang)
    drawn = run(*arguments, "-o", "chart.svg")
    assert drawn.code == 0
    if lang == "en":
        assert drawn.out == run(*arguments).out
    assert "wrote chart.svg" in drawn.err
    root = parsed(Path("chart.svg").read_text(encoding="utf-8"))
    assert root.get("lang") == lang
    shown = [each.text or "" for each in root.iter("text")]
    assert NOTES[lang] in shown
    if name not in ("diff", "no difference"):
        # The graph is named, whatever is asked of it.
        graph = QUESTIONS[name][QUESTIONS[name].index("-g") + 1] if "-g" in arguments else "article"
        assert title_of(cm.load(graph), lang) in shown
    (drawing,) = drawings
    require_apart(drawing)
    assert drawing.width < 1_000


# Every number of the answer is in the chart.


def percent(values: Any) -> Iterator[str]:
    for each in values:
        if each is not None:
            yield PERCENT.written(each)


def of_query(data: Any) -> Iterator[str]:
    posterior, prior = data["posterior"]["btc_return"], data["prior"]["btc_return"]
    yield from percent(posterior.values())
    yield from (POINTS.written(100 * (p - prior[state])) for state, p in posterior.items())
    if "interval" in data:
        sure = data["interval"]
        yield from (PERCENT.between(*own) for own in sure["posterior"]["btc_return"].values())
        yield from (POINTS.between(*own) for own in sure["change_pp"]["btc_return"].values())
        yield from percent(row["share"] for row in sure["width_by_row"][:8])


def of_scenarios(data: Any) -> Iterator[str]:
    for each in data["scenarios"]:
        yield from percent(each["posterior"].values())
        yield f"P(evidence) = {each['evidence_probability']:.3g}"
        if "interval" in each:
            sure = each["interval"]
            together = sure["width_of"]
            for ends in (*sure["posterior"].values(), together["posterior"]):
                yield PERCENT.between(*ends)
            for ends in (*sure["change_pp"].values(), together["change_pp"]):
                yield POINTS.between(*ends)
            yield PERCENT.written(sum(each["posterior"][own] for own in together["states"]))
            yield from percent(row["share"] for row in sure["width_by_row"][:3])


def of_effects(data: Any) -> Iterator[str]:
    for each in data["settings"]:
        yield from percent([*each["done"].values(), each["event"]["done"]])
        if "interval" in each:
            sure = each["interval"]
            yield from (PERCENT.between(*own) for own in sure["done"].values())
            yield PERCENT.between(*sure["event"]["done"])
            if each["setting"] != data["baseline"]:
                yield from (POINTS.between(*own) for own in sure["change_pp"].values())
    if "interval" in data:
        widths = [each["interval"]["width_by_row"] for each in data["settings"]]
        widest = max(widths, key=lambda own: sum(row["deviation_pp"] ** 2 for row in own))
        yield from percent(row["share"] for row in widest[:8])


def of_channels(data: Any) -> Iterator[str]:
    (start,) = [each for each in data["settings"] if each["setting"] == data["baseline"]]
    yield PERCENT.full(start["event"]["done"])
    for each in data["settings"]:
        if "channels" in each:
            yield PERCENT.full(each["event"]["done"])
            yield from (POINTS.full(share) for share in each["channels"]["shares_pp"].values())


def of_counterfactual(data: Any) -> Iterator[str]:
    answer = data["targets"]["btc_return"]
    yield from percent(answer["counterfactual"].values())
    yield from (POINTS.written(each) for each in answer["change_pp"].values())
    yield from percent(answer["causation"][each] for each in ("necessity", "sufficiency", "both"))


def of_explain(data: Any) -> Iterator[str]:
    yield PERCENT.full(data["outcome"]["before"])
    yield PERCENT.full(data["outcome"]["after"])
    yield from (POINTS.full(each["shapley_pp"]) for each in data["shares"])
    yield from percent(data["outcome"]["posterior"].values())


def of_watch(data: Any) -> Iterator[str]:
    for each in data["nodes"][:15]:
        yield MILLIBITS.written(each["information_bits"])
        for reading in each["readings"]:
            yield PERCENT.written(reading["outcome_probability"])


def of_sensitivity(data: Any) -> Iterator[str]:
    for kind in ("observe", "do"):
        for each in data[kind][:12]:
            if each["range"] > 1e-12:
                yield from percent(each["answers"][each[end]] for end in ("lowest", "highest"))


def of_flip(data: Any) -> Iterator[str]:
    for each in data["rows"][:8]:
        # Four digits, away from what the number is now.
        away = ROUND_CEILING if each["change"] > 0 else ROUND_FLOOR
        needed = Context(4, away).create_decimal(each["needed"])
        now = 100 * float(f"{each['now']:.4g}")
        yield " → ".join(
            f"{one:.1f}" if f"{one:.6g}" == f"{one:.1f}".removesuffix(".0") else f"{one:.6g}"
            for one in (now, 100 * float(needed))
        )


def of_diff(data: Any) -> Iterator[str]:
    changes = [[*each["change_pp"].values(), each["low"]["change_pp"]] for each in data["outcome"]]
    unit = POINTS.fitted([each for own in changes for each in own], digits=2)
    for own in changes:
        yield from (unit.written(each) for each in own if abs(each) >= data["at_least_pp"])


def of_decide(data: Any) -> Iterator[str]:
    (policy,) = data["policies"]
    utilities = [list(each["expected_utility"].values()) for each in policy["cases"]]
    unit = Unit().fitted([value for each in utilities for value in each])
    for each in (policy["always"].values(), *utilities[:9]):
        yield from map(unit.written, each)


def of_score(data: Any) -> Iterator[str]:
    for each in data["calibration"]:
        yield from (PERCENT.full(each["forecast"]), PERCENT.full(each["share"]), str(each["n"]))
    yield from (Unit(decimals=4, signed=True).written(each["gain"]) for each in data["comparisons"])


NUMBERS: dict[str, Callable[[Any], Iterator[str]]] = {
    "query": of_query,
    "query with intervals": of_query,
    "scenarios": of_scenarios,
    "scenarios with intervals": of_scenarios,
    "effects": of_effects,
    "effects with intervals": of_effects,
    "channels": of_channels,
    "counterfactual": of_counterfactual,
    "explain": of_explain,
    "watch": of_watch,
    "sensitivity": of_sensitivity,
    "flip": of_flip,
    "diff": of_diff,
    "decide": of_decide,
    "score": of_score,
}


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_of_the_answer_is_in_the_chart(name: str, drawings: list[Drawing]) -> None:
    data = run(*QUESTIONS[name], "--json", "-o", "chart.svg").json
    (drawing,) = drawings
    shown = [each.text for each in texts(drawing)]
    expected = list(NUMBERS[name](data))
    assert len(expected) > 3
    for each in expected:
        assert each in shown


def test_a_query_with_nothing_given_has_no_changes_to_show(drawings: list[Drawing]) -> None:
    for more in ((), ("--interval", "0.9", "--draws", "200")):
        drawings.clear()
        assert run("query", *more, "-o", "chart.svg").code == 0
        shown = [each.text for each in texts(drawings[0])]
        assert "pp" not in shown
        assert "%" in shown
        assert not any(each.startswith("0.0") and "…" in each for each in shown)


# What is held against what.


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> list[Chart]:
    """Charts as values, before they are drawn."""
    kept: list[Chart] = []

    def keep(chart: Chart) -> Drawing:
        kept.append(chart)
        return draw_chart(chart)

    monkeypatch.setattr("causal_model.charts.to_file.draw_chart", keep)
    return kept


def cells_of(chart: Chart) -> list[list[Bar]]:
    return [list(c.bars) for panel in chart.panels if isinstance(panel, Bars) for c in panel.cells]


def test_outlines_are_what_the_answer_is_held_against(values: list[Chart]) -> None:
    outlines: list[list[float]] = []
    for name in ("query", "scenarios", "effects", "counterfactual", "explain"):
        data = run(*QUESTIONS[name], "--json", "-o", "chart.svg").json
        if name == "query":
            outlines.append(list(data["prior"]["btc_return"].values()))
        elif name == "scenarios":
            outlines.append(list(data["prior"].values()))
        elif name == "effects":
            first = data["settings"][0]
            outlines.append([*first["seen"].values(), first["event"]["seen"]])
        elif name == "counterfactual":
            answer = data["targets"]["btc_return"]
            outlines.append([*answer["factual"].values(), answer["event"]["factual"]])
        else:
            outlines.append(list(data["outcome"]["prior"].values()))
    drawn = [[bar.before for bar in cells_of(chart)[0]] for chart in values]
    assert drawn == outlines


def test_the_cases_of_a_decision_come_as_in_the_table(values: list[Chart]) -> None:
    data = run(*QUESTIONS["decide"], "--json", "-o", "chart.svg").json
    cases = data["policies"][0]["cases"]
    _, *cells = cells_of(values[0])
    expected = [list(each["expected_utility"].values()) for each in cases]
    assert [[bar.value for bar in cell] for cell in cells[: len(expected)]] == expected


def test_calibration_is_forecast_against_what_came(values: list[Chart]) -> None:
    data = run(*QUESTIONS["score"], "--json", "-o", "chart.svg").json
    (panel,) = (each for each in values[0].panels if isinstance(each, Calibration))
    expected = [(each["forecast"], each["share"], each["n"]) for each in data["calibration"]]
    assert [(each.forecast, each.came, each.n) for each in panel.bins] == expected


# Files.


@pytest.mark.parametrize(
    ("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<svg")]
)
def test_the_suffix_decides_and_the_bytes_are_the_same_every_time(
    suffix: str, start: bytes
) -> None:
    written = []
    for _ in range(2):
        assert run("explain", *TOLD, "-q", "-o", f"chart.{suffix}").err == ""
        written.append(Path(f"chart.{suffix}").read_bytes())
    assert written[0] == written[1]
    assert written[0].startswith(start)


@pytest.mark.parametrize("name", ["chart.gif", "chart", "chart.svgz", "chart.dot"])
def test_a_suffix_that_cannot_be_written_is_refused_before_anything_is_asked(name: str) -> None:
    ran = run("query", "-g", "missing", "-o", name)
    assert (ran.code, ran.out) == (2, "")
    assert "known: .svg, .png, .pdf" in ran.err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("path", ["missing/chart.svg", "folder.svg"])
def test_a_file_that_cannot_be_written_is_one_message(path: str) -> None:
    Path("folder.svg").mkdir()
    ran = run("watch", "-o", path)
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
    assert [each.name for each in Path().iterdir()] == ["folder.svg"]


@pytest.mark.parametrize("further", [("--mpe",), ("--map", "etf_flow"), ("--joint", "--all")])
def test_what_has_no_prior_and_posterior_is_not_drawn(further: tuple[str, ...]) -> None:
    ran = run("query", *further, "-o", "chart.svg")
    assert ran.code == 2
    assert "-o draws prior and posterior" in ran.err
    assert not Path("chart.svg").exists()


def test_arrows_alone_are_not_drawn() -> None:
    ran = run("effects", "--of", "etf_flow", "--identify", "-o", "chart.svg")
    assert ran.code == 2
    assert not Path("chart.svg").exists()


def test_a_question_that_fails_leaves_the_chart_as_it_was() -> None:
    Path("chart.svg").write_text("before", encoding="utf-8")
    assert run("query", "--given", "etf_flow=nothing", "-o", "chart.svg").code == 2
    assert Path("chart.svg").read_text(encoding="utf-8") == "before"


def test_every_command_that_draws_says_so_in_the_same_words() -> None:
    drawing = {arguments[0] for arguments in QUESTIONS.values()}
    assert drawing <= COMMANDS.keys()
    for command in drawing:
        words = " ".join(run(command, "--help").out.split())
        assert "Also draw the answer; the suffix decides: svg, png, pdf." in words


def test_what_is_not_drawn_does_not_load_the_drawing_of_charts() -> None:
    code = (
        "import sys\n"
        "from causal_model.cli.main import cli\n"
        "cli(['query', '-q'], standalone_mode=False)\n"
        "assert not [each for each in sys.modules if 'render.charts' in each]\n"
        "assert 'causal_model.render.output' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


# From Python.


def test_the_library_draws_what_the_command_draws() -> None:
    model = cm.load("article")
    run("query", "--scenario", "hard_mandate", "-o", "command.svg")
    charts.write(charts.of_query(model, model.query(scenario="hard_mandate")), "library.svg")
    assert Path("command.svg").read_bytes() == Path("library.svg").read_bytes()


def test_every_name_of_the_charts_is_a_function_however_often_it_is_used() -> None:
    assert set(charts.__all__) <= set(dir(charts))
    for name in charts.__all__ * 2:
        assert callable(getattr(charts, name)), name
    with pytest.raises(AttributeError, match="no attribute 'of_nothing'"):
        charts.of_nothing  # noqa: B018


def test_a_network_without_labels_is_drawn_by_its_names(drawings: list[Drawing]) -> None:
    assert run("convert", "article", "article.bif").code == 0
    assert run("query", "-g", "article.bif", "--target", "btc_return", "-o", "c.svg").code == 0
    (drawing,) = drawings
    require_apart(drawing)
    assert "strong_down" in [each.text for each in texts(drawing)]


def test_labels_that_look_like_markup_are_text() -> None:
    label = '<script>alert(1)</script> & "quotes"'
    Path("g.yaml").write_text(
        "schema_version: 1\nid: g\ntitle: '" + label + "'\n"
        "nodes:\n"
        "  a:\n"
        "    label: '" + label + "'\n"
        "    role: outcome\n"
        "    states: {low: {label: '" + label + "'}, high: {}}\n"
        "    table: {form: table, rows: [{p: {low: 0.25, high: 0.75}}]}\n",
        encoding="utf-8",
    )
    assert run("query", "-g", "g.yaml", "-o", "chart.svg").code == 0
    text = Path("chart.svg").read_text(encoding="utf-8")
    assert "<script" not in text
    assert label in [each.text for each in parsed(text).iter("text")]
