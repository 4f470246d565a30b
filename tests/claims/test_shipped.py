"""The claims that ship: in the words of the article, holding in their graphs, and guarding every arrow."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import causal_model as cm
from causal_model.claims.check import check_claims
from causal_model.library import find_claims, shipped_graphs
from causal_model.network import Network
from causal_model.spec.check_file import check_file
from causal_model.spec.claims import HeldClaim
from tests.cli.shell import run

ARTICLE = Path(__file__).parents[2].parent / "shared" / "article" / "article.zh-Hant.txt"
GRAPHS = sorted(shipped_graphs())
FOLDER = shipped_graphs()["article"].parent / "claims"
FILES = sorted(FOLDER.glob("*.yaml"))
# Readings that go beyond the plain words, and that the graph does not bear out.


@cache
def report_of(name: str) -> cm.ClaimReport:
    return check_claims(cm.load(name))


def arrows() -> list[tuple[str, str]]:
    parents = cm.load("article").network.parents
    return [(parent, child) for child, own in parents.items() for parent in own]


def mirrored(model: cm.Model, parent: str, child: str) -> cm.Model:
    """The model with one arrow turned round: a high parent now does what a low one did."""
    network = model.network
    axis = network.parents[child].index(parent)
    tables = {**network.tables, child: np.flip(network.tables[child], axis)}
    turned = Network.of(network.variables.values(), network.parents, tables)
    return replace(model, network=turned)


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return cm.load("article")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_claims_files_have_no_mistakes_and_name_their_schema(path: Path) -> None:
    assert check_file(path) == []
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")


def test_every_variant_has_claims_of_its_own() -> None:
    assert {path.stem for path in FILES} == set(GRAPHS)


@pytest.mark.parametrize("name", GRAPHS)
def test_all_claims_hold(name: str) -> None:
    report = report_of(name)
    assert report.passed
    assert not report.counts["unjudged"]
    assert not report.counts["warn"]


def test_every_claim_of_the_article_holds_in_its_graph() -> None:
    report = report_of("article")
    assert {each.verdict for each in report.results} == {"pass"}
    assert len(report.results) > 50


def own(name: str) -> list[HeldClaim]:
    held = [each.held for each in report_of(name).results]
    return [each for each in held if each.how in ("own", "replaces", "contradicts")]


@pytest.mark.parametrize("name", GRAPHS)
def test_every_claim_has_a_title_in_two_languages_and_a_quote_with_gloss(name: str) -> None:
    for each in own(name):
        assert each.claim.title is not None, each.id
        assert each.claim.title.en, each.id
        assert each.claim.title.zh_hant, each.id
        if each.how == "own":
            assert each.claim.sources, each.id
        for source in each.claim.sources:
            assert source.quote or source.note, each.id
            assert source.gloss or not source.quote, each.id


def test_quotes_are_the_words_of_the_article() -> None:
    if not ARTICLE.exists():
        pytest.skip("the text of the article is not at hand")
    text = ARTICLE.read_text(encoding="utf-8")
    quotes = [
        source.quote
        for name in GRAPHS
        for each in own(name)
        for source in each.claim.sources
        if source.source == "followin" and source.quote
    ]
    assert len(quotes) > 50
    assert [quote for quote in quotes if quote not in text] == []


def test_the_long_run_turns_the_claim_about_hosting_round() -> None:
    found = report_of("long_run")["hosting_in_the_short_run"]
    assert found.verdict == "pass"
    assert found.original is not None
    assert found.original.holds is False
    assert report_of("article")["hosting_in_the_short_run"].verdict == "pass"


@pytest.mark.parametrize(("parent", "child"), arrows(), ids=lambda each: str(each))
def test_an_arrow_that_is_turned_round_fails_a_claim(
    model: cm.Model, parent: str, child: str
) -> None:
    report = check_claims(mirrored(model, parent, child))
    failed = [each for each in report.results if each.failed]
    assert failed
    assert not report.passed
    # Each arrow has a claim that speaks of the node that it leads to.
    assert any(child in each.held.claim.statement for each in failed)


@pytest.mark.parametrize(
    ("old", "new", "claims"),
    [
        (
            "weights: {ai_hosting_economics: 1, tech_risk_sentiment: 1.6}",
            "weights: {ai_hosting_economics: -1, tech_risk_sentiment: 1.6}",
            {"arrow_hosting_miners"},
        ),
        (
            "weights: {china_policy: -2.2, nvda_china_revenue: 1, ai_buildout_cost: -0.8}",
            "weights: {china_policy: 2.2, nvda_china_revenue: 1, ai_buildout_cost: -0.8}",
            {"c_tech_sharply_down", "order_tech", "order_btc", "arrow_policy_tech"},
        ),
    ],
)
def test_a_sign_that_is_broken_in_the_file_fails_the_test_command(
    tmp_path: Path, old: str, new: str, claims: set[str]
) -> None:
    text = shipped_graphs()["article"].read_text(encoding="utf-8")
    assert old in text
    # The signs of all arrows are left open, so that only the claims can notice.
    for sign in ("positive", "negative"):
        text = text.replace(f"sign: {sign}", "sign: mixed")
    for name in ("claims", "scenarios"):
        (tmp_path / name).symlink_to(shipped_graphs()["article"].parent / name)
    broken = tmp_path / "article.yaml"
    broken.write_text(text, encoding="utf-8")
    assert run("test", "-g", str(broken)).code == 0
    broken.write_text(text.replace(old, new), encoding="utf-8")
    ran = run("test", "-g", str(broken), "--json")
    assert ran.code == 1
    assert claims <= {each["id"] for each in ran.json["claims"] if each["verdict"] == "fail"}


def test_every_claims_file_is_found_from_its_graph() -> None:
    for name, path in shipped_graphs().items():
        assert find_claims(path) == (FOLDER / f"{name}.yaml", path)
