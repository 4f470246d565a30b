"""A graph as it was in git, in repositories made for the occasion."""

import os
import subprocess
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.variants.revision import at_revision
from tests.variants.graphs import ONE, write_two

VARIANT = """\
schema_version: 1
id: rare
extends: one.yaml
title: A rarer cause
nodes:
  cause:
    table: {form: table, rows: [{p: {absent: 0.9, present: 0.1}}]}
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git without the settings of whoever runs the tests."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with both graphs, a variant and scenarios in a folder, committed once."""
    top = tmp_path / "repository"
    graphs = top / "our graphs"
    graphs.mkdir(parents=True)
    write_two(graphs)
    (graphs / "rare.yaml").write_text(VARIANT)
    git(top, "init", "--quiet")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "Graphs")
    return graphs


def test_a_file_is_read_as_it_was(repository: Path) -> None:
    path = repository / "one.yaml"
    path.write_text(ONE.replace("absent: 0.8, present: 0.2", "absent: 0.5, present: 0.5"))
    with at_revision(path, "HEAD") as then:
        assert then.model.query("cause")["cause"]["present"] == pytest.approx(0.2)
        assert then.commit == git(repository, "rev-parse", "HEAD")
        found = cm.diff(then.model, cm.load(path))
    assert [each.node for each in found.structure.tables] == ["cause"]
    # The working tree is as it was left.
    assert git(repository, "status", "--porcelain") == 'M "our graphs/one.yaml"'


def test_what_a_file_extends_comes_from_the_same_revision(repository: Path) -> None:
    (repository / "one.yaml").write_text("nonsense: [")
    with at_revision(repository / "rare.yaml", "HEAD") as then:
        assert then.model.query("effect")["effect"]["low"] == pytest.approx(0.64)


def test_scenarios_come_from_the_same_revision(repository: Path) -> None:
    (repository / "scenarios" / "loud.yaml").unlink()
    with at_revision(repository / "one.yaml", "HEAD") as then:
        assert sorted(then.model.scenarios()) == ["loud", "second"]


def test_nothing_is_left_behind(repository: Path) -> None:
    with at_revision(repository / "one.yaml", "HEAD") as then:
        assert then.folder.is_dir()
    assert not then.folder.exists()


@pytest.mark.parametrize(
    "revision", ["", "-x", "--output=x", "a\nb", "nope", "HEAD~7", "HEAD:one.yaml"]
)
def test_what_is_no_revision_is_refused(
    repository: Path, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = revision.isprintable() and revision[:1] not in ("", "-")
    if not known:
        # Git is not even asked about what it could take for an option.
        monkeypatch.setattr("causal_model.variants.revision.subprocess.run", None)
    told = "there is no revision" if known else "is no revision; expected for example HEAD~1"
    with (
        pytest.raises(cm.QueryError, match=told),
        at_revision(repository / "one.yaml", revision),
    ):
        pass


def test_a_file_that_was_not_there_yet_is_named(repository: Path) -> None:
    (repository / "new.yaml").write_text(ONE)
    with (
        pytest.raises(cm.QueryError, match=r"our graphs/new\.yaml is not in revision 'HEAD'"),
        at_revision(repository / "new.yaml", "HEAD"),
    ):
        pass


def test_a_file_outside_a_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ONE)
    with (
        pytest.raises(cm.QueryError, match="not a git repository"),
        at_revision(tmp_path / "one.yaml", "HEAD"),
    ):
        pass


def test_without_git_one_is_told_so(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with (
        pytest.raises(cm.QueryError, match="git is not installed"),
        at_revision(repository / "one.yaml", "HEAD"),
    ):
        pass


def test_a_mistake_of_the_past_is_shown_under_its_revision(repository: Path) -> None:
    path = repository / "one.yaml"
    path.write_text(ONE.replace("present: 0.2", "present: 0.7"))
    git(repository, "commit", "--quiet", "-am", "A slip")
    path.write_text(ONE)
    with (
        pytest.raises(cm.GraphFileError, match=r"HEAD:our graphs/one\.yaml:8:\d+: error\[T001\]"),
        at_revision(path, "HEAD"),
    ):
        pass


def test_no_path_leaves_the_repository(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(ONE)
    for name, extends in (("up", "../../secret.yaml"), ("link", "link.yaml")):
        (repository / f"{name}.yaml").unlink(missing_ok=True)
        (repository / f"{name}_.yaml").write_text(VARIANT.replace("one.yaml", extends))
    (repository / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Ways out")
    with (
        pytest.raises(cm.GraphFileError, match="E002"),
        at_revision(repository / "up_.yaml", "HEAD"),
    ):
        pass
    with (
        pytest.raises(cm.QueryError, match=r"link\.yaml is no regular file"),
        at_revision(repository / "link_.yaml", "HEAD"),
    ):
        pass
