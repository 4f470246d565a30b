"""`causal-model watch` and `cm.watch`: against enumeration of a small graph, and as a shell sees it."""

import csv
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.spec.evidence import Evidence
from tests import oracle
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run
from tests.test_article import FIXTURES


def write_costs(costs: Mapping[str, object]) -> str:
    """The wet street with costs of observing its nodes."""
    path = Path(write_street())
    text = path.read_text(encoding="utf-8")
    for name, cost in costs.items():
        text = text.replace(f"\n  {name}:\n", f"\n  {name}:\n    cost: {json.dumps(cost)}\n")
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_number_equals_enumeration() -> None:
    model = cm.load(write_street())
    findings = Evidence.of(
        excluded={"rain": "much"}, likelihood={"slip": {"no": 0.5, "yes": 1.0}}
    ).all_findings()
    found = cm.watch(model, findings=findings)
    assert found.outcome.node == "wet"
    assert found.outcome.states == ("dry",)
    assert {each.node for each in found.watched} == set(model.nodes) - {"wet"}
    answer = oracle.answer(model.network, findings)
    assert answer is not None
    now = answer.posterior["wet"]["dry"]
    assert found.event == pytest.approx(now)
    entropy = -sum(p * math.log2(p) for p in answer.posterior["wet"].values())
    assert found.entropy == pytest.approx(entropy)
    for each in found.watched:
        bits, change = 0.0, 0.0
        for reading in each.readings:
            p = answer.posterior[each.node][reading.state]
            assert reading.probability == pytest.approx(p, abs=1e-12)
            told = [*findings, *Evidence.of(given={each.node: reading.state}).all_findings()]
            then = oracle.answer(model.network, told)
            if then is None:
                assert reading.event is None
                assert reading.outcome is None
                continue
            assert reading.outcome == pytest.approx(then.posterior["wet"], abs=1e-10)
            assert reading.event == pytest.approx(then.posterior["wet"]["dry"], abs=1e-10)
            assert reading.change == pytest.approx(then.posterior["wet"]["dry"] - now, abs=1e-10)
            change += p * abs(then.posterior["wet"]["dry"] - now)
            left = -sum(q * math.log2(q) for q in then.posterior["wet"].values() if q > 0)
            bits += p * (entropy - left)
        assert each.information == pytest.approx(bits, abs=1e-10)
        assert each.change == pytest.approx(change, abs=1e-10)
    told_bits = [each.information for each in found.watched]
    assert told_bits == sorted(told_bits, reverse=True)


def test_beliefs_hold_while_one_looks() -> None:
    """They are fitted once, to what is known, and not again for every reading."""
    model = cm.load(write_street())
    belief = {"rain": {"no": 0.5, "some": 0.25, "much": 0.25}}
    found = cm.watch(model, belief=belief)
    assert found.posterior == pytest.approx(dict(model.query("wet", belief=belief)["wet"]))
    for each in found.watched:
        mean = sum(r.probability * r.event for r in each.readings if r.event is not None)
        assert mean == pytest.approx(found.event, abs=1e-10)


def test_what_becomes_of_a_belief_is_said() -> None:
    belief = "etf_flow=outflow:0.5,flat:0.3,inflow:0.2"
    assert (
        "A belief is taken as fitted to what is known now" in run("watch", "--belief", belief).out
    )
    assert "A belief" not in run("watch", "--given", "etf_flow=outflow").out


def test_indicators_come_first_and_are_watched_together() -> None:
    found = cm.watch(cm.load("article"), scenario="hard_mandate")
    roles = [each.role == "indicator" for each in found.watched]
    assert roles == sorted(roles, reverse=True)
    assert sum(roles) == 4
    assert [len(each.nodes) for each in found.together] == [1, 2, 3]
    indicators = {each.node for each in found.watched if each.role == "indicator"}
    assert set(found.together[-1].nodes) <= indicators
    bits = [each.information for each in found.together]
    assert bits == sorted(bits)
    assert bits[0] == pytest.approx(max(e.information for e in found.watched[:4]))


def test_what_is_known_is_not_watched() -> None:
    model = cm.load("article")
    found = cm.watch(model, given={"etf_flow": "flat"}, do={"nasdaq_return": "risk_on"})
    assert not {"etf_flow", "nasdaq_return", "btc_return"} & {each.node for each in found.watched}


def test_costs_order_and_limit_what_is_watched() -> None:
    path = write_costs({"rain": 2, "alarm": 0.5, "shoes": 100})
    data = run("watch", "-g", path, "--by", "per-cost", "--json").json
    assert {each["node"] for each in data["nodes"]} == {"rain", "alarm", "shoes"}
    per_cost = [each["bits_per_cost"] for each in data["nodes"]]
    assert per_cost == sorted(per_cost, reverse=True)
    for each in data["nodes"]:
        assert each["bits_per_cost"] == pytest.approx(each["information_bits"] / each["cost"])
    last = data["together"][-1]
    costs = {"rain": 2, "alarm": 0.5, "shoes": 100}
    assert last["cost"] == sum(costs[name] for name in last["nodes"])
    table = run("watch", "-g", path).out
    assert "mbit per cost" in table


@pytest.mark.parametrize("cost", [0, -1, "free", float("nan"), True, [1]])
def test_a_cost_is_a_number_above_zero(cost: object) -> None:
    done = run("validate", write_costs({"rain": cost}))
    assert done.code == 1
    assert "street.yaml:10:11: error[S005]" in done.out


def test_the_tables() -> None:
    done = run("watch", "--scenario", "hard_mandate")
    assert done.code == 0
    assert "What to watch: P(Bitcoin over the week: strong down or down) is 40.4 %" in done.out
    assert "What each reading would do" in done.out
    assert "Fear and greed index + Nvidia's guidance + GPU spot quotes" in done.out
    assert "heuristic" in done.out
    assert "not a forecast" in done.err
    few = run("watch", "--scenario", "hard_mandate", "--top", "0", "-q")
    assert "What each reading" not in few.out
    assert few.err == ""


def test_chinese() -> None:
    out = run("watch", "--scenario", "hard_mandate", "--lang", "zh-Hant").out
    assert "觀察什麼" in out
    assert "恐懼與貪婪指數" in out
    assert "指標" in out


def test_csv_has_a_row_for_every_reading() -> None:
    told = ("watch", "--among", "etf_flow", "--among", "nasdaq_return")
    rows = list(csv.DictReader(io.StringIO(run(*told, "--format", "csv").out)))
    assert [(row["node"], row["state"]) for row in rows[:3]] == [
        ("etf_flow", state) for state in ("outflow", "flat", "inflow")
    ]
    assert len(rows) == 6
    data = run(*told, "--json").json
    assert data["schema_version"] == 1
    assert float(rows[0]["information_bits"]) == data["nodes"][0]["information_bits"]
    assert float(rows[1]["change_pp"]) == data["nodes"][0]["readings"][1]["change_pp"]


def test_markdown_has_a_table_for_each_part() -> None:
    text = run("watch", "--format", "md").out
    assert sum(line.startswith("|---") for line in text.splitlines()) == 3


def test_the_order_by_change() -> None:
    data = run("watch", "--by", "change", "--json").json
    changes = [e["expected_change_pp"] for e in data["nodes"] if e["role"] == "indicator"]
    assert changes == sorted(changes, reverse=True)


def test_a_network_from_elsewhere_has_no_roles() -> None:
    told = ("watch", "-g", str(FIXTURES / "formats" / "street.bif"), "--target", "wet street")
    data = run(*told, "--states", "yes", "--json").json
    assert [each["role"] for each in data["nodes"]] == [None, None]
    assert "role" not in run(*told, "--states", "yes").out


def test_nothing_is_left_to_watch() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    done = run("watch", "-g", "chain.yaml", "--target", "b", "--among", "b", "--json")
    assert done.code == 0
    assert done.json["nodes"] == []
    assert "Nothing is open" in run("watch", "-g", "chain.yaml", "--among", "b").out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--given", "b=x"], 2, "is known under these findings"),
        (["--given", "a=x"], 2, "is known under these findings"),
        (["--given", "a=x", "--given", "b=y"], 1, "probability zero"),
        (["--target", "d"], 2, "there is no node 'd'"),
        (["--among", "d"], 2, "there is no node 'd'"),
        (["--states", "w"], 2, "has no state 'w'"),
        (["--by", "per-cost"], 2, "gives no cost of observing a"),
        (["--by", "luck"], 2, "--by"),
        (["--top", "-1"], 2, "--top"),
        (["--scenario", "missing"], 2, "missing"),
    ],
)
def test_what_cannot_be_watched(arguments: list[str], code: int, told: str) -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    done = run("watch", "-g", "chain.yaml", *arguments)
    assert done.code == code
    assert told in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_python_refuses_an_unknown_order() -> None:
    with pytest.raises(cm.QueryError, match="Did you mean 'per-cost'"):
        cm.watch(cm.load("article"), order="per_cost")  # type: ignore[arg-type]


@pytest.mark.parametrize("command", ["watch", "explain", "sensitivity"])
def test_a_decision_is_made_and_not_seen(command: str) -> None:
    given = ("--given", "etf_flow=outflow")
    done = run(command, "-g", "hedge", *given, "--target", "hedge")
    assert (done.code, done.out) == (2, "")
    assert "'hedge' is a decision: it is made, not seen" in done.err
    assert "Ask decide" in done.err


def test_one_bit_is_one_bit() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    told = run("watch", "-g", "chain.yaml", "-q").out
    assert "in all, 1 bit could be told" in told
    assert "最多可得知 1 位元。" in run("watch", "-g", "chain.yaml", "-q", "--lang", "zh-Hant").out
