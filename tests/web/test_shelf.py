"""Graphs are read again when one of their files changes, and only then."""

import os
import shutil
from pathlib import Path

import pytest

from causal_model.errors import GraphFileError, QueryError
from causal_model.library import shipped_graphs
from causal_model.web.bodies import ClaimsBody, ScenariosBody
from causal_model.web.questions import ask_scenarios, ask_test
from causal_model.web.shelf import Shelf

GRAPHS = shipped_graphs()["article"].parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(GRAPHS, tmp_path / "graphs")
    return tmp_path / "graphs"


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    return Shelf({name: folder / f"{name}.yaml" for name in ("article", "long_run")})


def change(path: Path, old: str, new: str) -> None:
    """Edit a file; its time moves on, as a second edit within one tick of the clock would not."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    before = path.stat()
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))


def test_an_unchanged_graph_is_read_once(shelf: Shelf) -> None:
    model, revision = shelf.model("article"), shelf.revision("article")
    shelf.made("article", "content")["kept"] = True
    assert shelf.model("article") is model
    assert shelf.revision("article") == revision
    assert shelf.made("article", "content") == {"kept": True}


@pytest.mark.parametrize("name", ["article", "long_run"])
def test_a_graph_is_read_again_when_it_or_what_it_extends_changes(
    shelf: Shelf, folder: Path, name: str
) -> None:
    model, revision = shelf.model(name), shelf.revision(name)
    shelf.made(name, "content")["kept"] = True
    change(folder / "article.yaml", "Fear and greed index", "Greed and fear index")
    again = shelf.model(name)
    assert again is not model
    assert again.graph is not None
    assert again.graph.label("fear_greed_index") == "Greed and fear index"
    assert shelf.revision(name) != revision
    assert shelf.made(name, "content") == {}


def test_the_chain_of_files_is_followed_anew(shelf: Shelf, folder: Path) -> None:
    shelf.model("long_run")
    shutil.copy(folder / "article.yaml", folder / "other.yaml")
    change(folder / "long_run.yaml", "extends: article.yaml", "extends: other.yaml")
    model = shelf.model("long_run")
    change(folder / "article.yaml", "Fear and greed index", "Greed and fear index")
    assert shelf.model("long_run") is model
    change(folder / "other.yaml", "Fear and greed index", "Greed and fear index")
    assert shelf.model("long_run") is not model


def test_a_graph_with_mistakes_is_told_until_it_is_mended(shelf: Shelf, folder: Path) -> None:
    path = folder / "article.yaml"
    whole = path.read_text(encoding="utf-8")
    shelf.model("article")
    change(path, "schema_version: 1", "schema_version: 7")
    for _ in range(2):
        with pytest.raises(GraphFileError, match="expected schema_version 1") as caught:
            shelf.model("article")
    told = shelf.without_folders(str(caught.value))
    assert str(folder) not in told
    assert "article.yaml:" in told
    path.unlink()
    with pytest.raises(GraphFileError):
        shelf.model("article")
    path.write_text(whole, encoding="utf-8")
    assert shelf.model("article").outcome == "btc_return"


def test_a_new_scenario_and_a_changed_one_are_seen(shelf: Shelf, folder: Path) -> None:
    scenarios = folder / "scenarios"

    def ids() -> list[str]:
        found = ask_scenarios(shelf.model("article"), ScenariosBody.model_validate({}))
        return [each["id"] for each in found["scenarios"]]

    revisions = [shelf.revision("article")]
    assert "new" not in ids()
    text = (scenarios / "hard_mandate.yaml").read_text(encoding="utf-8")
    (scenarios / "new.yaml").write_text(text.replace("id: hard_mandate", "id: new"), "utf-8")
    revisions.append(shelf.revision("article"))
    assert "new" in ids()
    change(scenarios / "new.yaml", "id: new", "id: ned")
    revisions.append(shelf.revision("article"))
    (scenarios / "new.yaml").unlink()
    assert "new" not in ids()
    revisions.append(shelf.revision("article"))
    assert len(set(revisions)) == 3
    assert revisions[0] == revisions[3]


def test_changed_claims_are_judged(shelf: Shelf, folder: Path) -> None:
    before, revision = (
        ask_test(shelf.model("article"), ClaimsBody.model_validate({})),
        shelf.revision("article"),
    )
    first = before["claims"][0]
    change(folder / "claims" / "article.yaml", first["id"], "renamed")
    assert shelf.revision("article") != revision
    assert (
        ask_test(shelf.model("article"), ClaimsBody.model_validate({}))["claims"][0]["id"]
        == "renamed"
    )


def test_an_unknown_name_is_answered_with_the_nearest(shelf: Shelf) -> None:
    with pytest.raises(QueryError, match="Did you mean 'article'"):
        shelf.model("artcle")
