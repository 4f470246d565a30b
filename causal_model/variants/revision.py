"""A graph file as it was in a revision of its git repository, with all that belongs to it.

The file, the files that it extends and the scenarios beside it are read out of the object store into a
temporary folder, at the same places relative to each other; the working tree is not touched. Git is called
with fixed arguments, without a shell; a revision is verified before it is used, and files are fetched by
the ids of their contents, so that no name from a file reaches a command line.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from causal_model.errors import GraphFileError, QueryError
from causal_model.library import GRAPH_SUFFIXES
from causal_model.model import Model, load
from causal_model.spec.extends import DEEPEST
from causal_model.spec.load import LARGEST_FILE, load_text

__all__ = ["Revision", "at_revision"]

# A hanging file system must not hang the command.
SECONDS = 30
MOST_SCENARIOS = 1_000
# Modes of regular files in a git tree; links and submodules are not followed.
REGULAR = ("100644", "100755")
SCENARIOS = "scenarios"
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class Revision:
    """A graph of the past.

    Attributes:
        model: the graph, with its scenarios for as long as the `with` lasts.
        commit: the full id of the commit.
        name: how it is called, ``HEAD~1:graphs/article.yaml``.
        folder: where its files lie for the moment.
    """

    model: Model
    commit: str
    name: str
    folder: Path

    def told(self, text: str) -> str:
        """A message about a file, which names the revision instead of the temporary folder."""
        return _renamed(text, self.folder, self.name.partition(":")[0])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a git tree: its mode, the id of its contents, and its size in bytes."""

    mode: str
    id: str
    size: int


@contextmanager
def at_revision(path: Path, revision: str) -> Iterator[Revision]:
    """Load a graph file as it was in a revision.

    Args:
        path: a file in the working tree of a git repository; it need not exist any more.
        revision: what git understands as a commit: ``HEAD~1``, a branch, a tag, a hash.

    Raises:
        QueryError: git is missing, the file is in no repository, there is no such revision, or the file
            is not in it.
        GraphFileError: the file had mistakes then.
    """
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise QueryError(f"{revision!r} is no revision; expected for example HEAD~1 or a branch")
    if shutil.which("git") is None:
        raise QueryError("git is not installed, and --against reads from a git repository")
    folder, wanted = _place(path)
    commit = _commit(folder, revision)
    tree = _tree(folder, commit, wanted.parent)
    if wanted not in tree:
        raise QueryError(f"{wanted} is not in revision {revision!r}")
    with tempfile.TemporaryDirectory(prefix="causal-model-") as made:
        # As it will be shown in messages, whatever links lead to the temporary folder.
        into = Path(made).resolve()
        _fetch(folder, tree, [wanted, *_scenarios(tree, wanted)], into, revision)
        if path.suffix.lower() in GRAPH_SUFFIXES:
            _fetch_extended(folder, tree, wanted, into, revision)
        try:
            model = load(into / wanted)
        except GraphFileError as error:
            raise GraphFileError(_renamed(str(error), into, revision)) from None
        yield Revision(model, commit, f"{revision}:{wanted}", into)


def _renamed(text: str, folder: Path, revision: str) -> str:
    return text.replace(f"{folder}{os.sep}", f"{revision}:")


def _place(path: Path) -> tuple[Path, PurePosixPath]:
    """The top folder of the repository that a file lies in, and its place there."""
    file = path.resolve()
    if not file.parent.is_dir():
        raise QueryError(f"{path}: there is no folder {path.parent}")
    done = _git(file.parent, "rev-parse", "--show-toplevel")
    if done.returncode:
        raise QueryError(f"{path}: {_reason(done) or 'is in no git repository'}")
    top = Path(os.fsdecode(done.stdout.rstrip(b"\n"))).resolve()
    if not file.is_relative_to(top):
        raise QueryError(f"{path}: lies outside the repository {top}")
    return top, PurePosixPath(file.relative_to(top).as_posix())


def _commit(folder: Path, revision: str) -> str:
    done = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if done.returncode:
        raise QueryError(
            f"there is no revision {revision!r} in this repository"
            + (f": {_reason(done)}" if _reason(done) else "")
        )
    return done.stdout.decode().strip()


def _tree(folder: Path, commit: str, below: PurePosixPath) -> dict[PurePosixPath, _Entry]:
    """All files at and below a folder of a commit."""
    inside = [] if below == PurePosixPath() else [f"{below}/"]
    done = _git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *inside)
    if done.returncode:
        raise QueryError(f"git cannot list the files of {commit}: {_reason(done)}")
    found = {}
    for line in done.stdout.split(b"\0"):
        told, _, name = line.partition(b"\t")
        if name:
            mode, _, id_, size = told.decode().split()
            entry = _Entry(mode, id_, int(size) if size.isdecimal() else 0)
            found[PurePosixPath(os.fsdecode(name))] = entry
    return found


def _scenarios(tree: dict[PurePosixPath, _Entry], graph: PurePosixPath) -> list[PurePosixPath]:
    folder = graph.parent / SCENARIOS
    found = [
        path
        for path, entry in tree.items()
        if path.parent == folder and path.suffix == ".yaml" and entry.mode in REGULAR
    ]
    return sorted(found)[:MOST_SCENARIOS]


def _fetch_extended(
    folder: Path,
    tree: dict[PurePosixPath, _Entry],
    graph: PurePosixPath,
    into: Path,
    revision: str,
) -> None:
    """Fetch what a file extends, and so on; what is missing or forbidden, the reader of files reports."""
    current = graph
    for _ in range(DEEPEST + 1):
        data = load_text((into / current).read_text("utf-8", "replace"), str(current)).data
        extends = data.get("extends") if isinstance(data, dict) else None
        if not isinstance(extends, str):
            return
        # As written, with `..` resolved; what leads out of the graph's folder is not in the tree.
        joined = os.path.normpath(str(current.parent / extends))
        after = PurePosixPath(joined.replace(os.sep, "/"))
        if after not in tree or (into / after).exists():
            return
        _fetch(folder, tree, [after], into, revision)
        current = after


def _fetch(
    folder: Path,
    tree: dict[PurePosixPath, _Entry],
    wanted: Sequence[PurePosixPath],
    into: Path,
    revision: str,
) -> None:
    """Write files of a tree to their places below a folder."""
    for path in wanted:
        entry = tree[path]
        if entry.mode not in REGULAR:
            raise QueryError(f"{path} is no regular file in revision {revision!r}")
        if entry.size > LARGEST_FILE:
            raise QueryError(
                f"{path} has {entry.size:,} bytes in revision {revision!r}, expected at most"
                f" {LARGEST_FILE:,}"
            )
        done = _git(folder, "cat-file", "blob", entry.id)
        if done.returncode:
            raise QueryError(f"git cannot read {path} of revision {revision!r}: {_reason(done)}")
        place = into / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(done.stdout)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder: no shell, no prompt, no network, no pager, and not for ever."""
    # The file tells which repository is meant, whatever a hook says that runs this.
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environment = {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
    try:
        return subprocess.run(
            ["git", "--no-pager", "--literal-pathspecs", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise QueryError(f"git did not answer within {SECONDS} seconds") from None
    except OSError as error:
        raise QueryError(f"git cannot be run: {error.strerror or error}") from None


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git says about a failure, without its prefix."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else ""
