"""`causal-model effects` as a shell sees it."""

import csv
import io
import math
import re

import pytest

import causal_model as cm
from tests.cli.graphs import write_chain
from tests.cli.shell import run


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_a_group_for_each_state_and_says_what_it_comes_to() -> None:
    done = run("effects", "--of", "china_policy")
    assert done.code == 0
    lines = done.out.splitlines()
    headings = ["China's policy", "Bitcoin over the week", "when set", "change", "when seen"]
    assert re.split(" {3,}", lines[0]) == headings
    assert sum("strong down or down" in line for line in lines) == 4
    assert (
        "Setting China's policy to hard mandate instead of brief pause moves P(Bitcoin" in done.out
    )
    assert "No confounding: no back-door path is open" in done.out
    assert "not a forecast" in done.err


def test_confounding_is_named_with_its_path_and_late_signs_as_such() -> None:
    done = run("effects", "--of", "china_h200_orders", "--given", "nvda_guidance=cut", "-q")
    assert (
        "Confounding: what is seen tells of common causes as well, along Chinese H200" in done.out
    )
    assert "<- China's policy ->" in done.out
    assert "Nvidia's guidance: moved by the setting as well (post-treatment)" in done.out
    assert "evidence after the nodes are set" in done.out


def test_a_cause_that_is_the_outcome_itself_is_no_common_cause() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    done = run("effects", "-g", "chain.yaml", "--of", "b", "--on", "a", "-q")
    assert "what is seen tells of its own causes, to which a belongs" in done.out
    assert "common causes" not in done.out


def test_a_decision_is_no_outcome_and_nobody_sees_it() -> None:
    done = run("effects", "-g", "hedge", "--of", "china_policy", "--on", "hedge")
    assert done.code == 2
    assert "'hedge' is a decision" in done.err
    assert "or a decision" in run("effects", "-g", "hedge", "--of", "hedge").out


def test_where_no_path_leads_nothing_moves() -> None:
    done = run("effects", "--of", "nvda_guidance", "-q")
    assert "No setting moves Bitcoin over the week: no path of arrows leads there." in done.out
    tree = run("effects", "--of", "nvda_guidance", "--json").json
    assert tree["directed_path"] is None
    for each in tree["settings"]:
        assert max(map(abs, each["change_pp"].values())) < 1e-9


def test_json_equals_what_queries_say() -> None:
    data = run(
        "effects", "--of", "etf_flow", "--given", "btc_nasdaq_coupling=strong", "--json"
    ).json
    assert data["schema_version"] == 1
    assert data["event"] == ["strong_down", "down"]
    model = cm.load("article")
    given = {"btc_nasdaq_coupling": "strong"}
    for each in data["settings"]:
        state = each["setting"]["etf_flow"]
        set_ = model.query(do={"etf_flow": state}, given=given)["btc_return"]
        seen = model.query(given={**given, "etf_flow": state})["btc_return"]
        assert each["done"] == pytest.approx(dict(set_), abs=1e-12)
        assert each["seen"] == pytest.approx(dict(seen), abs=1e-12)


def test_channels_sum_to_the_change_and_name_their_assumption() -> None:
    done = run("effects", "--of", "china_policy", "--channels", "-q")
    assert "Through which channels: P(Bitcoin over the week: strong down or down)" in done.out
    assert "Assumed is the ordinal response" in done.out
    rows = rows_of(run("effects", "--of", "china_policy", "--channels", "--format", "csv").out)
    for state in ("soft_mandate", "hard_mandate"):
        own = [row for row in rows if row["china_policy"] == state]
        (event,) = [row for row in own if row["part"] == "event"]
        parts = [row for row in own if row["part"] in ("channel", "other")]
        assert [row["item"] for row in parts] == ["gpu", "risk_budget", "etf_flow", ""]
        total = math.fsum(float(row["change_pp"]) for row in parts)
        assert total == pytest.approx(float(event["change_pp"]), abs=1e-9)


def test_paths_are_grouped_by_first_arrow_where_no_channel_is_on_the_way() -> None:
    done = run("effects", "--of", "miner_equities", "--channels", "-q")
    assert "-> Crypto sentiment" in done.out
    assert "The graph names no channel on the way" in done.out
    assert "No further assumption was needed." in done.out


def test_a_policy_is_one_more_setting() -> None:
    mix = "china_policy=hard_mandate:0.25,soft_mandate:0.75"
    rows = rows_of(run("effects", "--of", "china_policy", "--as", mix, "--format", "csv").out)
    low = {row["china_policy"]: row for row in rows if row["part"] == "event"}
    mixed = low["soft_mandate:0.75,hard_mandate:0.25"]
    expected = 0.75 * float(low["soft_mandate"]["done"]) + 0.25 * float(low["hard_mandate"]["done"])
    assert float(mixed["done"]) == pytest.approx(expected, abs=1e-12)
    assert mixed["seen"] == ""
    assert (
        "soft mandate 75 %, hard mandate 25 %"
        in run("effects", "--of", "china_policy", "--as", mix).out
    )


def test_several_nodes_and_a_baseline_for_each() -> None:
    data = run(
        *("effects", "--of", "china_policy", "--of", "us_export_terms", "--json"),
        *("--baseline", "us_export_terms=blocked", "--states", "up", "--states", "strong_up"),
    ).json
    assert data["baseline"] == {"china_policy": "brief_pause", "us_export_terms": "blocked"}
    assert data["event"] == ["up", "strong_up"]
    assert len(data["settings"]) == 9


def test_chinese_labels_and_sentences() -> None:
    done = run("effects", "--of", "china_policy", "--channels", "--lang", "zh-Hant")
    assert "將中國政策設為硬性規定而非短暫停頓" in done.out
    assert "混雜:無" in done.out
    assert "ETF 資金流" in done.out


def test_markdown_has_a_table_for_settings_and_one_for_channels() -> None:
    text = run("effects", "--of", "etf_flow", "--channels", "--format", "md").out
    assert sum(line.startswith("|---") for line in text.splitlines()) == 2
    assert "&lt;- Tech and AI risk sentiment -&gt;" in text


# Identification.


def test_an_effect_that_data_can_tell() -> None:
    done = run("effects", "--identify", "--of", "etf_flow", "--hidden", "tech_risk_sentiment")
    assert done.code == 0
    assert "back door    Multi-asset risk budget, Crypto sentiment" in done.out
    assert "P(btc_return | do(etf_flow)) = Σ_{" in done.out
    assert "An instrument tells the effect in a linear model only" in done.out
    assert "Independencies that data could contradict" in done.out
    assert "more; --json lists them." in done.out
    shown = run("effects", "--identify", "--of", "etf_flow", "--lang", "zh-Hant").out
    assert "數據可得出效應" in shown


def test_an_effect_that_no_data_can_tell_ends_with_1() -> None:
    hidden = ["--hidden", "china_policy", "--hidden", "us_export_terms"]
    done = run("effects", "--identify", "--of", "china_h200_orders", *hidden)
    assert done.code == 1
    assert "No data on the observed nodes can tell the effect" in done.out
    data = run("effects", "--identify", "--of", "china_h200_orders", *hidden, "--json")
    assert data.code == 1
    assert data.json["identified"] is False
    assert [each["by"] for each in data.json["bounds"]] == [
        {"lower": "natural", "upper": "natural"}
    ] * 3
    assert "These bounds follow from how often cause and outcome go together" in done.out


def test_identification_as_csv_has_plain_names() -> None:
    rows = rows_of(run("effects", "--identify", "--of", "etf_flow", "--format", "csv").out)
    assert {name: text for name, text in rows[0].items() if text} == {
        "way": "back_door",
        "nodes": "tech_risk_sentiment",
    }
    assert {row["way"] for row in rows} == {"back_door", "instrument", "formula", "independence"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say with --of NODE what is set"),
        (["--of", "china_polcy"], "Did you mean 'china_policy'?"),
        (["--of", "btc_return"], "is the outcome"),
        (["--of", "china_policy", "--on", "china_policy"], "is the outcome"),
        (["--of", "china_policy", "--baseline", "hard"], "Did you mean 'hard_mandate'?"),
        (["--of", "china_policy", "--baseline", "etf_flow=flat"], "which is not set"),
        (["--of", "china_policy", "--baseline", "china_policy!=brief_pause"], "only --given"),
        (["--of", "china_policy", "--states", "sideways"], "no state 'sideways'"),
        (["--of", "china_policy", "--as", "china_policy"], "expected NODE=STATE"),
        (["--of", "china_policy", "--as", "china_policy=hard_mandate:0.2"], "sum to 0.2"),
        (["--of", "china_policy", "--as", "etf_flow=flat:1"], "which is not set"),
        (["--of", "china_policy", "--given", "china_policy=hard_mandate"], "in turn"),
        (["--of", "china_policy", "--given", "btc_return=down"], "use counterfactual"),
        (["--of", "china_policy", "--hidden", "etf_flow"], "belongs to --identify"),
        (["--of", "china_policy", "--identify", "--channels"], "arrows alone"),
        (["--of", "china_policy", "--identify", "--given", "etf_flow=flat"], "arrows alone"),
        (["--of", "china_policy", "--identify", "--hidden", "nobody"], "no node 'nobody'"),
        (["--of", "china_policy", "--identify", "--states", "sideways"], "no state 'sideways'"),
        (
            ["--of", "china_policy", "--identify", "--baseline", "hard"],
            "Did you mean 'hard_mandate'?",
        ),
        (["--of", "china_policy", "--channels", "--given", "etf_flow=flat"], "below what is set"),
    ],
)
def test_mistakes_are_told_in_a_sentence(arguments: list[str], message: str) -> None:
    done = run("effects", *arguments)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_findings_that_a_setting_does_not_allow_leave_a_gap_and_if_none_does_end_with_1() -> None:
    graph = write_chain({name: ["x", "y"] for name in "abcd"})
    asked = ["effects", "-g", graph, "--of", "a", "--given", "b=x"]
    some = run(*asked)
    assert some.code == 0
    assert "-: the findings are impossible there." in some.out
    assert [each["done"] is None for each in run(*asked, "--json").json["settings"]] == [
        False,
        True,
    ]
    known = run("effects", "-g", graph, "--of", "a", "--likelihood", "b=x:1,y:0")
    assert "No setting moves d: what is known closes every path there." in known.out
    belief = run("effects", "-g", graph, "--of", "a", "--belief", "b=x:0.5,y:0.5")
    assert belief.code == 2
    assert "must be possible under every setting of a" in belief.err
    none = run(*asked, "--given", "c=y")
    assert none.code == 1
    assert none.out == ""
    assert "cannot hold together" in none.err
