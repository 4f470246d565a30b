"""The object that users of the Python interface hold: questions, tables of questions, errors."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import causal_model as cm
from causal_model.inference.compiled import CompiledNetwork, Posterior
from causal_model.inference.findings import Findings, bind
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed
from tests import oracle

STREET = """\
schema_version: 1
id: street
title: Street
sources: {us: {publisher: us, kind: judgement}}
nodes:
  sky: {states: [dry, rain, storm], table: {form: table, rows: [{p: {dry: 0.7, rain: 0.2, storm: 0.1}}]}}
  hose: {role: driver, states: [off, on], table: {form: table, rows: [{p: {off: 0.9, on: 0.1}}]}}
  road:
    label: Road surface
    role: outcome
    states: [dry, wet]
    parents: {sky: {sign: positive, sources: [{source: us}]}, hose: {sign: positive}}
    table:
      form: table
      rows:
        - {given: {sky: dry, hose: off}, p: {dry: 1.0, wet: 0.0}}
        - {given: {sky: [rain, storm], hose: off}, p: {dry: 0.15, wet: 0.85}}
        - {given: {sky: [dry, rain, storm], hose: on}, p: {dry: 0.05, wet: 0.95}}
  slip:
    role: indicator
    states: [no, yes]
    parents: {road: {sign: positive}}
    table:
      form: table
      rows:
        - {given: {road: dry}, p: {no: 1.0, yes: 0.0}}
        - {given: {road: wet}, p: {no: 0.6, yes: 0.4}}
"""
SCENARIOS = {
    "b_downpour": "{schema_version: 1, id: b, title: Downpour, order: 1, given: {sky: storm}}",
    "a_hosed": "{schema_version: 1, id: a, title: Hosed, order: 2, do: {hose: on}}",
    "c_fair": "{schema_version: 1, id: c, title: Fair, given: {sky: dry}}",
}
NODES = ("sky", "hose", "road", "slip")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph file with three scenarios beside it."""
    folder = tmp_path_factory.mktemp("street")
    (folder / "street.yaml").write_text(STREET, encoding="utf-8")
    (folder / "scenarios").mkdir()
    for name, text in SCENARIOS.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "street.yaml"


@pytest.fixture
def model(file: Path) -> cm.Model:
    return cm.load(file)


def changed(tmp_path: Path, old: str, new: str) -> cm.Model:
    """The same graph with a part of its file replaced."""
    assert old in STREET
    path = tmp_path / "street.yaml"
    path.write_text(STREET.replace(old, new), encoding="utf-8")
    return cm.load(path)


def numbers(result: cm.QueryResult) -> dict[str, dict[str, float]]:
    return {node: dict(states) for node, states in result.posterior.items()}


# Every way to say something, and the findings that it stands for.
WAYS: dict[str, tuple[dict[str, Any], list[Finding]]] = {
    "nothing": ({}, []),
    "given": ({"given": {"slip": "yes"}}, [Observed(node="slip", state="yes")]),
    "excluded": ({"excluded": {"sky": "dry"}}, [Excluded(node="sky", state="dry")]),
    "excluded several": (
        {"excluded": {"sky": ["dry", "storm"]}},
        [Excluded(node="sky", state="dry"), Excluded(node="sky", state="storm")],
    ),
    "likelihood": (
        {"likelihood": {"slip": {"no": 1, "yes": 4.5}}},
        [Likelihood(node="slip", weights={"no": 1, "yes": 4.5})],
    ),
    "likelihood with a state left out": (
        {"likelihood": {"sky": {"rain": 0.2, "storm": 0.3}}},
        [Likelihood(node="sky", weights={"rain": 0.2, "storm": 0.3})],
    ),
    "belief": (
        {"belief": {"road": {"dry": 0.25, "wet": 0.75}}},
        [Belief(node="road", probabilities={"dry": 0.25, "wet": 0.75})],
    ),
    "do": ({"do": {"road": "wet"}}, [Do(node="road", state="wet")]),
    "scenario": ({"scenario": "b_downpour"}, [Observed(node="sky", state="storm")]),
    "scenario with do": ({"scenario": "a_hosed"}, [Do(node="hose", state="on")]),
    "findings": (
        {"findings": iter([Observed(node="sky", state="rain")])},
        [Observed(node="sky", state="rain")],
    ),
    "all together": (
        {
            "given": {"slip": "no"},
            "excluded": {"sky": "storm"},
            "likelihood": {"sky": {"dry": 0.3, "rain": 0.9, "storm": 0.2}},
            "belief": {"road": {"dry": 0.6, "wet": 0.4}},
            "scenario": "a_hosed",
            "findings": [Likelihood(node="slip", weights={"no": 0.5, "yes": 0.25})],
        },
        [
            Do(node="hose", state="on"),
            Observed(node="slip", state="no"),
            Excluded(node="sky", state="storm"),
            Likelihood(node="sky", weights={"dry": 0.3, "rain": 0.9, "storm": 0.2}),
            Belief(node="road", probabilities={"dry": 0.6, "wet": 0.4}),
            Likelihood(node="slip", weights={"no": 0.5, "yes": 0.25}),
        ],
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_argument_of_a_query_means_its_findings(model: cm.Model, way: str) -> None:
    arguments, findings = WAYS[way]
    result = model.query(NODES, **arguments)
    expected = oracle.answer(model.network, findings)
    assert expected is not None
    assert result.findings == tuple(findings)
    assert result.evidence_probability == pytest.approx(expected.evidence, abs=1e-12)
    assert math.exp(result.log_evidence_probability) == result.evidence_probability
    for node in NODES:
        assert result[node] == pytest.approx(expected.posterior[node], abs=1e-12)


def test_the_prior_is_the_answer_to_a_query_without_findings(model: cm.Model) -> None:
    asked = model.with_findings(given={"sky": "storm"}).query(NODES, given={"slip": "yes"})
    bare = oracle.answer(model.network, [])
    assert bare is not None
    for node in NODES:
        assert asked.prior[node] == pytest.approx(bare.posterior[node], abs=1e-12)
        assert model.prior[node].tolist() == pytest.approx(
            list(bare.posterior[node].values()), abs=1e-12
        )


def test_a_scenario_may_be_given_as_a_path(file: Path) -> None:
    path = file.parent / "scenarios" / "b_downpour.yaml"
    elsewhere = cm.load("article")
    with pytest.raises(cm.EvidenceError, match="'sky'"):
        elsewhere.query(scenario=path)
    model = cm.load(file)
    for each in (path, str(path)):
        assert numbers(model.query(scenario=each)) == numbers(model.query(scenario="b_downpour"))


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        (None, ("road",)),
        ("sky", ("sky",)),
        (["slip", "sky"], ("slip", "sky")),
        (("sky", "sky"), ("sky",)),
        (iter(["hose"]), ("hose",)),
    ],
)
def test_targets_are_answered_in_the_order_asked(
    model: cm.Model, target: Any, asked: tuple[str, ...]
) -> None:
    result = model.query(target, given={"slip": "yes"})
    assert tuple(result) == tuple(result.prior) == asked
    assert len(result) == len(asked)
    for node in asked:
        assert tuple(result[node]) == model.states(node)


@pytest.mark.parametrize("target", ["sky", "road", NODES])
def test_nothing_given_is_certain_and_not_more(model: cm.Model, target: Any) -> None:
    for do in (None, {"hose": "on"}):
        found = model.query(target, do=do).evidence_probability
        assert 1 - 1e-12 < found <= 1


def test_a_known_target_is_certain(model: cm.Model) -> None:
    assert dict(model.query("sky", given={"sky": "rain"})["sky"]) == {
        "dry": 0,
        "rain": 1,
        "storm": 0,
    }
    assert dict(model.query("road", do={"road": "dry"})["road"]) == {"dry": 1, "wet": 0}


def test_do_is_no_evidence_and_tells_nothing_about_causes(model: cm.Model) -> None:
    done = model.query(NODES, do={"road": "wet"})
    assert done.evidence_probability == pytest.approx(1, abs=1e-12)
    for node in ("sky", "hose"):
        assert done[node] == pytest.approx(done.prior[node], abs=1e-12)
    seen = model.query("sky", given={"road": "wet"})
    assert seen["sky"]["rain"] > seen.prior["sky"]["rain"] + 0.1


@pytest.mark.parametrize("way", [way for way in WAYS if way != "findings"])
def test_the_second_engine_agrees_with_the_first(model: cm.Model, way: str) -> None:
    arguments, _ = WAYS[way]
    own, second = (model.query(NODES, engine=each, **arguments) for each in ("own", "pgmpy"))
    assert second.log_evidence_probability == pytest.approx(own.log_evidence_probability, abs=1e-9)
    for node in NODES:
        assert second[node] == pytest.approx(own[node], abs=1e-9)
        assert second.prior[node] == pytest.approx(own.prior[node], abs=1e-9)


def ask_much(model: cm.Model) -> None:
    """Questions of every kind, fine and not."""
    model.query(NODES, given={"slip": "yes"}, do={"hose": "on"})
    model.query("sky", belief={"road": {"dry": 0.1, "wet": 0.9}})
    model.query_many(pd.DataFrame({"sky": ["dry", "rain"], "do:hose": ["on", None]}))
    model.with_findings(excluded={"sky": "dry"}).query()
    model.picture(model.query(scenario="a_hosed"))
    for wrong in ({"sky": "dri"}, {"slip": "yes", "road": "dry"}):
        with pytest.raises(cm.EvidenceError):
            model.query(given=wrong)


def test_a_query_never_changes_the_model(model: cm.Model) -> None:
    tables = {name: table.copy() for name, table in model.network.tables.items()}
    first = model.query(NODES, given={"slip": "no"})
    before = (model.hash, model.nodes, model.findings, repr(model))
    ask_much(model)
    assert (model.hash, model.nodes, model.findings, repr(model)) == before
    for name, table in tables.items():
        np.testing.assert_array_equal(model.network.tables[name], table)
    # To the last bit: no answer depends on what was asked before.
    again = model.query(NODES, given={"slip": "no"})
    assert again.to_dict() == first.to_dict()
    assert (
        cm.Model(model.network, model.graph).query(NODES, given={"slip": "no"}).to_dict()
        == first.to_dict()
    )


def test_a_model_is_frozen(model: cm.Model) -> None:
    with pytest.raises(FrozenInstanceError):
        model.findings = ()  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        model.network.tables["sky"][0] = 1.0
    with pytest.raises(TypeError):
        model.network.tables["sky"] = np.ones(3)  # type: ignore[index]


def test_the_order_of_findings_does_not_change_a_bit(model: cm.Model) -> None:
    given = {"slip": "yes", "sky": "rain"}
    turned = dict(reversed(given.items()))
    assert numbers(model.query(NODES, given=given)) == numbers(model.query(NODES, given=turned))


def test_with_findings_gives_a_new_model_and_leaves_the_old(model: cm.Model) -> None:
    wet = model.with_findings(given={"slip": "yes"})
    assert wet is not model
    assert model.findings == ()
    assert wet.findings == (Observed(node="slip", state="yes"),)
    assert wet.hash == model.hash
    assert numbers(wet.query(NODES)) == numbers(model.query(NODES, given={"slip": "yes"}))
    assert model.query("sky")["sky"] == pytest.approx(model.query("sky").prior["sky"], abs=1e-12)
    further = wet.with_findings(do={"hose": "on"}, scenario="b_downpour")
    assert wet.findings == (Observed(node="slip", state="yes"),)
    together = model.query(NODES, given={"slip": "yes", "sky": "storm"}, do={"hose": "on"})
    for node in NODES:
        assert further.query(NODES)[node] == pytest.approx(together[node], abs=1e-12)


def test_findings_that_contradict_what_is_assumed_are_refused(model: cm.Model) -> None:
    wet = model.with_findings(given={"road": "wet"})
    for refused in (
        lambda: wet.query(given={"road": "dry"}),
        lambda: wet.with_findings(do={"road": "dry"}),
        lambda: wet.query_many(pd.DataFrame({"road": ["dry"]})),
    ):
        with pytest.raises(cm.EvidenceError, match=r"road=wet.*road=dry"):
            refused()


def test_models_from_one_another_share_their_plans(model: cm.Model) -> None:
    assert model.with_findings(given={"slip": "yes"}).compiled is model.compiled


def test_equal_content_has_an_equal_hash(model: cm.Model, tmp_path: Path) -> None:
    assert cm.load(model.path or "").hash == model.hash
    assert model.hash.startswith("sha256:")
    assert len(model.hash) == len("sha256:") + 64
    for old, new in (
        ("title: Street", "title: Another title"),
        ("label: Road surface", "label: Tarmac"),
        ("{dry: 0.7, rain: 0.2, storm: 0.1}", "{storm: 0.1, dry: 0.70, rain: 2.0e-1}"),
    ):
        assert changed(tmp_path, old, new).hash == model.hash
    # Nodes in another order are the same network.
    turned = cm.Network.of(
        reversed([*model.network.variables.values()]), model.network.parents, model.network.tables
    )
    assert cm.Model(turned).hash == model.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p: {off: 0.9, on: 0.1}", "p: {off: 0.8999999999999999, on: 0.1000000000000001}"),
        ("{no: 0.6, yes: 0.4}", "{no: 0.4, yes: 0.6}"),
        ("slip:", "slipping:"),
        ("states: [off, on], table", "states: [on, off], table"),
        ("sky: {states: [dry, rain, storm]", "sky: {states: [dry, storm, rain]"),
    ],
)
def test_different_content_has_a_different_hash(
    model: cm.Model, tmp_path: Path, old: str, new: str
) -> None:
    assert changed(tmp_path, old, new).hash != model.hash


def test_the_hash_sees_every_entry_and_arrow(model: cm.Model) -> None:
    network = model.network
    found = {model.hash}
    for name, table in network.tables.items():
        for at in range(table.shape[-1]):
            moved = table.copy()
            moved[(0,) * (table.ndim - 1)] = np.eye(table.shape[-1])[at] * 0.5 + 0.5 / len(
                table[(0,) * (table.ndim - 1)]
            )
            tables = {**network.tables, name: moved}
            found.add(cm.Model(replace(network, tables=tables)).hash)
    assert len(found) == 1 + sum(table.shape[-1] for table in network.tables.values())
    # Names that run together are not mistaken for each other.
    one, other = (
        cm.Network.of([cm.Variable(name, states)], {}, {name: np.array([0.5, 0.5])})
        for name, states in (("ab", ("c", "d")), ("a", ("bc", "d")))
    )
    assert cm.Model(one).hash != cm.Model(other).hash


def test_a_result_is_a_mapping_that_names_what_was_not_asked(model: cm.Model) -> None:
    result = model.query(["road", "sky"])
    assert dict(result) == numbers(result)
    with pytest.raises(cm.QueryError, match=r"'slip' was not asked\. Asked: road, sky"):
        _ = result["slip"]
    with pytest.raises(cm.QueryError, match="Did you mean 'road'"):
        _ = result["raod"]


def test_a_result_as_json_is_the_documented_one(model: cm.Model) -> None:
    result = model.query(["road", "sky"], given={"slip": "yes"}, do={"hose": "on"})
    told = result.to_dict()
    assert list(told) == [
        "schema_version",
        "graph",
        "findings",
        "evidence_probability",
        "log_evidence_probability",
        "prior",
        "posterior",
    ]
    assert told["schema_version"] == 1
    assert told["graph"] == {"id": "street", "hash": model.hash}
    assert told["findings"] == [
        {"node": "slip", "kind": "observed", "state": "yes"},
        {"node": "hose", "kind": "do", "state": "on"},
    ]
    assert list(told["posterior"]) == list(told["prior"]) == ["road", "sky"]
    assert list(told["posterior"]["sky"]) == ["dry", "rain", "storm"]
    # Unrounded, and without the NaN and Infinity that JSON does not have.
    assert json.loads(json.dumps(told, allow_nan=False)) == told


@pytest.mark.parametrize(
    "finding",
    [
        {"likelihood": {"sky": {"dry": 0.25, "rain": 1.0}}},
        {"belief": {"sky": {"dry": 0.25, "rain": 0.75}}},
        {"excluded": {"sky": "dry"}},
    ],
)
def test_findings_survive_the_way_through_json(model: cm.Model, finding: dict[str, Any]) -> None:
    result = model.query(NODES, **finding)
    back = json.loads(json.dumps(result.to_dict()))["findings"]
    kinds: dict[str, type[Likelihood | Belief | Excluded]] = {
        "likelihood": Likelihood,
        "belief": Belief,
        "excluded": Excluded,
    }
    read = [kinds[each["kind"]].model_validate(each) for each in back]
    assert numbers(model.query(NODES, findings=read)) == numbers(result)


def test_rows_and_frame_hold_prior_posterior_and_change(model: cm.Model) -> None:
    result = model.query(["road", "sky"], given={"slip": "yes"})
    rows = result.rows()
    assert [row[:2] for row in rows] == [
        ("road", "dry"),
        ("road", "wet"),
        ("sky", "dry"),
        ("sky", "rain"),
        ("sky", "storm"),
    ]
    for node, state, prior, posterior, change in rows:
        assert prior == result.prior[node][state]
        assert posterior == result[node][state]
        assert change == pytest.approx(100 * (posterior - prior))
    assert result.rows_of("sky") == rows[2:]
    frame = result.to_frame()
    assert list(frame.columns) == ["node", "state", "prior", "posterior", "change_pp"]
    assert list(frame.itertuples(index=False, name=None)) == rows
    assert frame.groupby("node")["posterior"].sum().tolist() == pytest.approx([1, 1])
    assert frame.groupby("node")["change_pp"].sum().tolist() == pytest.approx([0, 0], abs=1e-9)


def test_a_result_shows_itself_in_a_notebook(model: cm.Model) -> None:
    result = model.query(["road", "sky"], given={"slip": "yes"})
    bundle = result._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == repr(result)
    for word in ("'street'", "slip=yes", "road: dry 0.0%, wet 100.0%"):
        assert word in repr(result)
    head, rule, *lines = bundle["text/markdown"].splitlines()
    assert len(lines) == 5
    assert {line.count("|") for line in (head, rule, *lines)} == {6}
    assert lines[1] == "| road | wet | 32.5% | 100.0% | +67.5 pp |"


def test_a_model_shows_itself_in_a_notebook(model: cm.Model) -> None:
    bundle = model._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == "<Model 'street': 4 nodes, 3 arrows, outcome road>"
    assert ET.fromstring(bundle["image/svg+xml"]).tag == "{http://www.w3.org/2000/svg}svg"


UNKNOWN: dict[str, tuple[Callable[[cm.Model], object], type[Exception], str]] = {
    "target": (lambda m: m.query("raod"), cm.QueryError, "'raod'.* Did you mean 'road'"),
    "target in a list": (lambda m: m.query(["road", "slipp"]), cm.QueryError, "mean 'slip'"),
    "target far off": (lambda m: m.query("xyzzy"), cm.QueryError, "Known: sky, hose, road, slip"),
    "no target": (lambda m: m.query([]), cm.QueryError, "no target was named"),
    "states of": (lambda m: m.states("skyy"), cm.QueryError, "Did you mean 'sky'"),
    "node": (lambda m: m.query(given={"skyy": "dry"}), cm.EvidenceError, "Did you mean 'sky'"),
    "state": (lambda m: m.query(given={"sky": "drry"}), cm.EvidenceError, "Did you mean 'dry'"),
    "state far off": (
        lambda m: m.query(given={"sky": "snow"}),
        cm.EvidenceError,
        "Known: dry, rain, storm",
    ),
    "set node": (lambda m: m.query(do={"hoze": "on"}), cm.EvidenceError, "Did you mean 'hose'"),
    "set state": (lambda m: m.query(do={"road": "wett"}), cm.EvidenceError, "mean 'wet'"),
    "excluded state": (
        lambda m: m.query(excluded={"sky": ["dry", "stormy"]}),
        cm.EvidenceError,
        "mean 'storm'",
    ),
    "weighed state": (
        lambda m: m.query(likelihood={"sky": {"stom": 1}}),
        cm.EvidenceError,
        "mean 'storm'",
    ),
    "believed state": (
        lambda m: m.query(belief={"road": {"wett": 1}}),
        cm.EvidenceError,
        "mean 'wet'",
    ),
    "scenario": (
        lambda m: m.query(scenario="a_hozed"),
        cm.QueryError,
        "Did you mean 'a_hosed'.*b_downpour",
    ),
    "column": (
        lambda m: m.query_many(pd.DataFrame({"skyy": ["dry"]})),
        cm.EvidenceError,
        "row 1: .*Did you mean 'sky'",
    ),
    "target of many": (
        lambda m: m.query_many(pd.DataFrame({"sky": ["dry"]}), "raod"),
        cm.QueryError,
        "Did you mean 'road'",
    ),
    "assumed state": (
        lambda m: m.with_findings(given={"sky": "drry"}),
        cm.EvidenceError,
        "Did you mean 'dry'",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(model: cm.Model, case: str) -> None:
    ask, error, words = UNKNOWN[case]
    with pytest.raises(error, match=words):
        ask(model)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"given": {"sky": True}}, "name of a state as text, got True"),
        ({"given": {"sky": 1}}, "name of a state as text, got 1"),
        ({"given": {"sky": None}}, "name of a state as text, got None"),
        ({"given": ["sky"]}, "given: expected a mapping"),
        ({"given": "sky=dry"}, "given: expected a mapping"),
        ({"do": {"road": 0}}, "name of a state as text, got 0"),
        ({"likelihood": {"sky": 0.5}}, "mapping of states to weights"),
        ({"likelihood": {"sky": {}}}, "mapping of states to weights"),
        ({"likelihood": {"sky": {"dry": -1}}}, "negative"),
        ({"likelihood": {"sky": {"dry": 0}}}, "all weights are zero"),
        ({"likelihood": {"sky": {"dry": math.nan}}}, "expected a number"),
        ({"likelihood": {"sky": {"dry": math.inf}}}, "finite"),
        ({"likelihood": {"sky": {"dry": "much"}}}, "expected a number"),
        ({"belief": {"road": {"dry": 0.5, "wet": 0.6}}}, "sum to 1, this one sums to 1.1"),
        ({"belief": {"road": {"dry": -0.5, "wet": 1.5}}}, "negative"),
        ({"given": {"road": "dry"}, "do": {"road": "dry"}}, "exclude each other"),
        ({"excluded": {"road": ["dry", "wet"]}}, "contradict each other"),
    ],
)
def test_findings_of_a_wrong_form_are_refused_in_words(
    model: cm.Model, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(cm.EvidenceError, match=words):
        model.query(**arguments)


def test_impossible_evidence_names_a_smallest_conflict(model: cm.Model) -> None:
    with pytest.raises(cm.ImpossibleEvidence) as caught:
        model.query(given={"slip": "yes", "road": "dry", "sky": "rain"})
    assert caught.value.conflict == ("slip=yes", "road=dry")
    assert "slip=yes, road=dry" in str(caught.value)
    with pytest.raises(cm.ImpossibleEvidence) as caught:
        model.query(given={"slip": "yes", "sky": "dry"}, do={"hose": "off"})
    assert caught.value.conflict == ("do hose=off", "slip=yes", "sky=dry")


def test_a_belief_in_a_state_that_is_ruled_out_is_refused(model: cm.Model) -> None:
    with pytest.raises(cm.EvidenceError, match=r"'road'.*rule out"):
        model.query(given={"slip": "yes"}, belief={"road": {"dry": 0.5, "wet": 0.5}})


# Loading.


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("articel", cm.QueryError, "Did you mean 'article'.*Shipped: article"),
        ("", cm.QueryError, "there is no shipped graph ''"),
        ("./missing.yaml", cm.GraphFileError, "missing.yaml.*No such file"),
        (Path("missing.yaml"), cm.GraphFileError, "missing.*No such file"),
        (Path("missing"), cm.GraphFileError, "no suffix.*\\.yaml"),
        ("nul\0.yaml", cm.GraphFileError, "cannot be read"),
    ],
)
def test_a_graph_that_is_not_there_is_refused(
    name: str | Path, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        cm.load(name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "mapping"),
        (b"- a\n", "mapping"),
        (b"\xff\xfe", "UTF-8"),
        (b"a: [", "Y002"),
        (STREET.replace("parents: {road:", "parents: {raod:").encode(), "Did you mean 'road'"),
        (STREET.replace("{no: 0.6, yes: 0.4}", "{no: 0.6, yes: 0.5}").encode(), "T001"),
    ],
)
def test_a_file_that_is_no_graph_is_refused_with_its_place(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(cm.GraphFileError, match=words) as caught:
        cm.load(path)
    assert "broken.yaml" in str(caught.value)


def test_all_mistakes_of_a_file_are_listed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    text = STREET.replace("{no: 0.6, yes: 0.4}", "{no: 0.6, yes: 0.5}")
    path.write_text(text.replace("role: indicator", "role: indicater"), encoding="utf-8")
    with pytest.raises(cm.GraphFileError) as caught:
        cm.load(path)
    for rule in ("T001", "S006"):
        assert rule in str(caught.value)


def test_a_folder_is_no_graph(tmp_path: Path) -> None:
    with pytest.raises(cm.GraphFileError, match="folder"):
        cm.load(tmp_path)


def test_what_a_model_knows_of_its_graph(model: cm.Model, file: Path) -> None:
    assert (model.id, model.nodes, model.outcome, model.path) == ("street", NODES, "road", file)
    assert model.states("sky") == ("dry", "rain", "storm")


def test_a_graph_without_outcome_has_to_be_told_the_target(tmp_path: Path) -> None:
    model = changed(tmp_path, "    role: outcome\n", "")
    assert model.outcome is None
    for ask in (model.query, lambda: model.query_many(pd.DataFrame({"sky": ["dry"]}))):
        with pytest.raises(cm.QueryError, match="names no outcome: say which node"):
            ask()
    assert model.query("slip")["slip"]["yes"] > 0


def test_scenarios_come_in_their_own_order(model: cm.Model) -> None:
    found = model.scenarios()
    # By `order`, which is 0 where a file says nothing.
    assert list(found) == ["c_fair", "b_downpour", "a_hosed"]
    assert [each.title.en for each in found.values()] == ["Fair", "Downpour", "Hosed"]
    assert found["b_downpour"].all_findings() == (Observed(node="sky", state="storm"),)


def test_networks_from_elsewhere_have_no_scenarios(model: cm.Model) -> None:
    bare = cm.Model(model.network)
    assert bare.scenarios() == {}
    assert bare.id == "network"
    assert bare.nodes == tuple(model.network.variables)
    with pytest.raises(cm.QueryError, match="no scenarios beside it"):
        bare.query("sky", scenario="b_downpour")
    assert numbers(bare.query(NODES, given={"slip": "yes"})) == numbers(
        model.query(NODES, given={"slip": "yes"})
    )


# A table of questions.

MANY = pd.DataFrame(
    {
        "sky": ["dry", "!=dry", None, "", math.nan, "rain"],
        "likelihood:slip": [None, "no:0.2|yes:0.8", "yes:3", None, None, " no : 1 | yes : 1 "],
        "belief:road": ["dry:0.9|wet:0.1", None, None, None, "dry:0.5|wet:0.5", None],
        "do:hose": [None, "on", "off", None, "on", "on"],
    },
    index=["f", "e", "d", "c", "b", "b"],
)
MANY_MEANS: list[dict[str, Any]] = [
    {"given": {"sky": "dry"}, "belief": {"road": {"dry": 0.9, "wet": 0.1}}},
    {
        "excluded": {"sky": "dry"},
        "likelihood": {"slip": {"no": 0.2, "yes": 0.8}},
        "do": {"hose": "on"},
    },
    {"likelihood": {"slip": {"yes": 3}}, "do": {"hose": "off"}},
    {},
    {"belief": {"road": {"dry": 0.5, "wet": 0.5}}, "do": {"hose": "on"}},
    {"given": {"sky": "rain"}, "likelihood": {"slip": {"no": 1, "yes": 1}}, "do": {"hose": "on"}},
]


def columns_of(model: cm.Model, targets: Sequence[str]) -> list[str]:
    named = [f"{node}={state}" for node in targets for state in model.states(node)]
    return [*named, "log_evidence_probability"]


def assert_rows_are_queries(
    model: cm.Model, found: pd.DataFrame, targets: Sequence[str], means: list[dict[str, Any]]
) -> None:
    assert list(found.columns) == columns_of(model, targets)
    assert len(found) == len(means)
    for row, arguments in zip(found.to_numpy(), means, strict=True):
        alone = model.query(targets, **arguments)
        wanted = [p for node in targets for p in alone[node].values()]
        np.testing.assert_allclose(
            row, [*wanted, alone.log_evidence_probability], rtol=0, atol=1e-12
        )


@pytest.mark.parametrize("targets", [("road",), ("slip", "sky"), NODES])
def test_a_table_of_questions_equals_one_question_per_row(
    model: cm.Model, targets: tuple[str, ...]
) -> None:
    before = MANY.copy(deep=True)
    found = model.query_many(MANY, targets)
    assert_rows_are_queries(model, found, targets, MANY_MEANS)
    pd.testing.assert_frame_equal(MANY, before)


def test_the_target_of_a_table_is_the_outcome_unless_told(model: cm.Model) -> None:
    pd.testing.assert_frame_equal(model.query_many(MANY), model.query_many(MANY, "road"))


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(10, 16),
        pd.Index(["x"] * 6),
        pd.date_range("2026-01-07", periods=6, name="day"),
        pd.MultiIndex.from_product([["a", "b"], [1, 2, 3]], names=["l", "n"]),
    ],
)
def test_the_index_is_kept(model: cm.Model, index: pd.Index) -> None:
    found = model.query_many(MANY.set_axis(index, axis=0))
    pd.testing.assert_index_equal(found.index, index)
    np.testing.assert_array_equal(found.to_numpy(), model.query_many(MANY).to_numpy())


def test_rows_that_are_alike_are_asked_once(
    model: cm.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    whole = CompiledNetwork.posterior

    def counted(self: CompiledNetwork, findings: Findings, *more: Any) -> Posterior:
        asked.append(findings.rows or 0)
        return whole(self, findings, *more)

    monkeypatch.setattr(CompiledNetwork, "posterior", counted)
    order = [0, 1, 0, 5, 1, 1, 4, 0, 3, 3, 2]
    found = model.query_many(MANY.iloc[order])
    assert sum(asked) == len(MANY) == 6
    np.testing.assert_allclose(
        found.to_numpy(), model.query_many(MANY).to_numpy()[order], rtol=0, atol=1e-14
    )
    # Empty in other words is the same row, whatever the word.
    asked.clear()
    model.query_many(pd.DataFrame({"sky": [None, math.nan, "dry", None]}, dtype=object))
    assert sum(asked) == 2


@pytest.mark.parametrize("empty", [None, math.nan, "", pd.NaT, pd.NA])
def test_an_empty_cell_says_nothing(model: cm.Model, empty: Any) -> None:
    frame = pd.DataFrame({"sky": [empty], "do:hose": [empty]}, dtype=object)
    assert_rows_are_queries(model, model.query_many(frame, NODES), NODES, [{}])


@pytest.mark.parametrize("dtype", ["category", "string", "str", object])
def test_every_type_of_column_is_read_as_text(model: cm.Model, dtype: Any) -> None:
    frame = pd.DataFrame({"sky": pd.array(["dry", None, "rain"], dtype=dtype)})
    means: list[dict[str, Any]] = [{"given": {"sky": "dry"}}, {}, {"given": {"sky": "rain"}}]
    assert_rows_are_queries(model, model.query_many(frame), ("road",), means)


def test_impossible_rows_are_not_a_number_and_the_others_are_answered(model: cm.Model) -> None:
    frame = pd.DataFrame(
        {
            "slip": ["yes", "yes", "no", "yes"],
            "road": ["wet", "dry", None, None],
            "sky": [None, None, None, "dry"],
            "do:hose": [None, None, None, "off"],
        }
    )
    found = model.query_many(frame, ["sky", "road"])
    impossible = found["log_evidence_probability"] == -math.inf
    assert impossible.tolist() == [False, True, False, True]
    posteriors = found.drop(columns="log_evidence_probability")
    assert posteriors[impossible].isna().all(axis=None)
    assert posteriors[~impossible].notna().all(axis=None)
    means = [{"given": {"slip": "yes", "road": "wet"}}, {"given": {"slip": "no"}}]
    assert_rows_are_queries(model, found[~impossible], ("sky", "road"), means)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("sky", "drry", "Did you mean 'dry'"),
        ("sky", "!=drry", "Did you mean 'dry'"),
        ("likelihood:sky", "drry:1", "Did you mean 'dry'"),
        ("belief:sky", "drry:1", "Did you mean 'dry'"),
        ("do:sky", "drry", "Did you mean 'dry'"),
    ],
)
def test_an_unknown_state_in_a_table_is_named_with_its_row(
    model: cm.Model, column: str, cell: str, words: str
) -> None:
    fine = {"belief:sky": "dry:1", "likelihood:sky": "dry:1"}.get(column, "dry")
    # Rows that are alike are asked once, and yet counted one by one.
    frame = pd.DataFrame({column: [fine, fine, fine, cell, cell]})
    with pytest.raises(cm.EvidenceError, match=f"^row 4: .*'sky'.*{words}"):
        model.query_many(frame)


def test_a_belief_that_cannot_hold_is_named_with_its_row(model: cm.Model) -> None:
    frame = pd.DataFrame({"slip": [None, "no", "yes"], "belief:road": ["dry:0.5|wet:0.5"] * 3})
    with pytest.raises(cm.EvidenceError, match=r"^row 3: .*'road'"):
        model.query_many(frame)


def test_a_contradiction_in_a_table_is_named_with_its_row(model: cm.Model) -> None:
    frame = pd.DataFrame({"road": ["wet", "wet", "dry"], "do:road": [None, "", "dry"]})
    # The row before is asked under the same words, but is a row of its own.
    frame["slip"] = ["no", "yes", "no"]
    with pytest.raises(cm.EvidenceError, match=r"^row 3: .*exclude each other"):
        model.query_many(frame)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("sky", 1, "name of a state as text, got 1"),
        ("sky", True, "name of a state as text, got True"),
        ("sky", "!=", "is no name"),
        ("likelihood:sky", "dry", "expected state:0.8|state:0.2, got 'dry'"),
        ("likelihood:sky", "dry:much", "expected a number"),
        ("likelihood:sky", "dry:0", "all weights are zero"),
        ("likelihood:sky", 0.5, "expected state:0.8|state:0.2, got 0.5"),
        ("belief:sky", "dry:0.5|rain:0.4", "sums to 0.9"),
        ("belief:sky", "dry:1|rain:-1", "negative"),
        ("likelihood:", "dry:1", "is no name"),
        ("sky", ["dry"], "got ['dry']"),
        ("likelihood:sky", {"dry": 1.0}, "expected a number"),
    ],
)
def test_a_cell_of_a_wrong_form_is_refused_in_words(
    model: cm.Model, column: str, cell: object, words: str
) -> None:
    frame = pd.DataFrame({column: [None, None, cell]}, dtype=object)
    with pytest.raises(cm.EvidenceError) as caught:
        model.query_many(frame)
    assert str(caught.value).startswith("row 3: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"sky": []}),
        pd.DataFrame({"sky": [], "do:hose": []}, dtype=object),
    ],
)
def test_a_table_without_rows_has_an_answer_without_rows(
    model: cm.Model, frame: pd.DataFrame
) -> None:
    found = model.query_many(frame, ["road", "sky"])
    assert list(found.columns) == columns_of(model, ["road", "sky"])
    assert len(found) == 0


def test_a_table_without_columns_asks_for_the_prior_in_every_row(model: cm.Model) -> None:
    found = model.query_many(pd.DataFrame(index=["x", "y", "z"]), NODES)
    assert list(found.index) == ["x", "y", "z"]
    assert_rows_are_queries(model, found, NODES, [{}, {}, {}])


def test_what_a_model_assumes_holds_in_every_row(model: cm.Model) -> None:
    frame = pd.DataFrame({"sky": ["dry", None, "storm"]})
    wet = model.with_findings(given={"road": "wet"})
    means = [{"given": {"sky": s, "road": "wet"}} for s in ("dry", "storm")]
    means.insert(1, {"given": {"road": "wet"}})
    assert_rows_are_queries(model, wet.query_many(frame, NODES), NODES, means)


def test_thousands_of_different_rows_agree_with_single_questions(model: cm.Model) -> None:
    rng = np.random.default_rng(7)
    weights = rng.random((3_000, 2)) + 0.01
    frame = pd.DataFrame({"likelihood:slip": [f"no:{a!r}|yes:{b!r}" for a, b in weights.tolist()]})
    found = model.query_many(frame)
    for at in (0, 1_234, 2_999):
        no, yes = weights[at].tolist()
        alone = model.query(likelihood={"slip": {"no": no, "yes": yes}})
        assert found["road=wet"].iloc[at] == pytest.approx(alone["road"]["wet"], abs=1e-12)
    # The evidence is weighed against the larger of the two.
    assert found["log_evidence_probability"].max() <= 0


def test_findings_bound_by_hand_give_the_same_answer(model: cm.Model) -> None:
    findings = bind(model.network, [Observed(node="slip", state="yes")])
    found = model.compiled.posterior(findings, ["sky"]).marginals["sky"]
    assert found.tolist() == list(model.query("sky", given={"slip": "yes"})["sky"].values())
