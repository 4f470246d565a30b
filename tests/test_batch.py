"""Files of evidence rows: each row answered as a single question would be, whatever happens to the run."""

import errno
import math
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

import causal_model as cm
from causal_model.batch.run import EVIDENCE, IMPOSSIBLE, PROBLEM, Summary, answer_file
from causal_model.errors import (
    BatchError,
    EvidenceError,
    ImpossibleEvidence,
    QueryError,
    RenderError,
    TooLarge,
)
from causal_model.inference.compiled import CompiledNetwork, Posterior
from causal_model.inference.findings import Findings
from causal_model.memory import divided_memory
from causal_model.network import Network, Variable
from causal_model.parallel import Dask, Map, Processes
from causal_model.spec.evidence import Evidence
from tests.clusters import local_cluster, survives_a_killing
from tests.networks import random_network

NODES = ("n0", "n1", "n2", "n3", "n4")
COLUMNS = ("n0", "likelihood:n1", "belief:n2", "do:n3", "n4", "likelihood:n4")


def five(seed: int) -> cm.Model:
    """Five nodes with some zeros in their tables, so that some evidence is impossible."""
    network = random_network(np.random.default_rng(seed), nodes=5, most_states=3, zeros=0.3)
    return cm.Model(network, name="five")


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return five(11)


def random_rows(model: cm.Model, count: int, *, seed: int = 3) -> pd.DataFrame:
    """Rows with cells of all kinds; about half of the cells are empty."""
    rng = np.random.default_rng(seed)

    def cell(column: str) -> str:
        kind, _, node = column.rpartition(":")
        states = model.states(node)
        if rng.random() < 0.5:
            return ""
        if kind in ("likelihood", "belief"):
            weights = np.round(rng.dirichlet(np.ones(len(states))), 1)
            weights[0] = max(0.1, round(1 - weights[1:].sum(), 1))
            weights = weights / weights.sum() if kind == "belief" else weights
            return "|".join(f"{s}:{w!r}" for s, w in zip(states, weights.tolist(), strict=True))
        state = str(rng.choice(states))
        return f"!={state}" if kind == "" and len(states) > 1 and rng.random() < 0.3 else state

    rows = {column: [cell(column) for _ in range(count)] for column in COLUMNS}
    return pd.DataFrame({"id": [f"row-{at}" for at in range(count)], **rows})


def write(frame: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    return path


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={PROBLEM: str}).fillna({PROBLEM: ""})
    return pd.read_parquet(path).fillna({PROBLEM: ""})


def alone(model: cm.Model, row: dict[str, Any], targets: Iterable[str]) -> tuple[list[float], str]:
    """The numbers of one row, or what is wrong with it, by a question of its own."""
    try:
        told = Evidence.from_row({name: row[name] for name in COLUMNS}).all_findings()
        found = model.query(targets, findings=told)
    except ImpossibleEvidence:
        return [], IMPOSSIBLE
    except EvidenceError as error:
        return [], str(error)
    numbers = [p for node in targets for p in found[node].values()]
    return [*numbers, found.log_evidence_probability], ""


def numbers_of(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    kept = [name for name in map(str, frame) if "=" in name or name == EVIDENCE]
    return frame[kept].to_numpy(dtype=float)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("into", ["csv", "parquet"])
def test_every_row_is_answered_as_a_question_of_its_own(
    model: cm.Model, tmp_path: Path, suffix: str, into: str
) -> None:
    frame = random_rows(model, 150)
    rows, out = write(frame, tmp_path / f"rows.{suffix}"), tmp_path / f"out.{into}"
    targets = ("n4", "n0")
    answer_file(model, rows, out, target=targets, keep=["id"], on_error="mark", chunk_rows=40)
    found = read(out)
    named = [f"{node}={state}" for node in targets for state in model.states(node)]
    assert list(found) == ["id", *named, EVIDENCE, PROBLEM]
    assert found["id"].tolist() == frame["id"].tolist()
    seen: set[bool | None] = set()
    for at, row in enumerate(frame.to_dict("records")):
        numbers, problem = alone(model, {str(k): v for k, v in row.items()}, targets)
        place = f"line {at + 2}" if suffix == "csv" else f"row {at + 1}"
        mark = found[PROBLEM].iloc[at] or ""
        if problem:
            assert mark == f"{place}: {problem}"
            assert np.isnan(numbers_of(found)[at][:-1]).all()
            seen.add(problem == IMPOSSIBLE)
        else:
            assert mark == ""
            np.testing.assert_allclose(numbers_of(found)[at], numbers, rtol=0, atol=1e-12)
            seen.add(None)
    # Answers, impossible rows and contradictions all occurred.
    assert seen == {None, True, False}


def test_the_table_of_a_model_and_the_file_agree_to_the_bit(
    model: cm.Model, tmp_path: Path
) -> None:
    frame = random_rows(model, 200).drop(columns=["likelihood:n4", "belief:n2"])
    rows, out = write(frame, tmp_path / "rows.csv"), tmp_path / "out.parquet"
    answer_file(model, rows, out, target="n4", keep=["id"])
    expected = model.query_many(frame.drop(columns="id"), "n4")
    np.testing.assert_array_equal(numbers_of(read(out)), expected.to_numpy())


def test_what_a_model_assumes_holds_in_every_row(model: cm.Model, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("n0\ns0\n\ns1\n")
    sure = model.with_findings(given={"n1": "s0"})
    answer_file(sure, tmp_path / "rows.csv", tmp_path / "out.parquet", target="n4")
    found = read(tmp_path / "out.parquet")
    # An empty line in a file of one column is a row that says nothing.
    assert len(found) == 3
    wanted = list(model.query("n4", given={"n1": "s0"})["n4"].values())
    np.testing.assert_allclose(numbers_of(found)[1][:-1], wanted, atol=1e-12)


def test_large_and_small_chunks_agree(model: cm.Model, tmp_path: Path) -> None:
    # In large ones, rows are asked apart by the states of some nodes.
    frame = random_rows(model, 6_000).drop(columns=["likelihood:n4", "belief:n2"])
    states = model.states("n1")
    weights = np.random.default_rng(5).random((len(frame), len(states))) + 0.1
    frame["likelihood:n1"] = [
        "|".join(f"{s}:{w!r}" for s, w in zip(states, row, strict=True)) for row in weights.tolist()
    ]
    rows = write(frame, tmp_path / "rows.parquet")
    for name, size in (("large", 6_000), ("small", 500)):
        out = tmp_path / f"{name}.parquet"
        answer_file(model, rows, out, target="n4", keep=["id"], chunk_rows=size)
    left, right = (numbers_of(read(tmp_path / f"{name}.parquet")) for name in ("large", "small"))
    np.testing.assert_allclose(left, right, rtol=0, atol=1e-12)
    assert np.isfinite(left).any()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each call of the engine got."""
    counts: list[int] = []
    whole = CompiledNetwork.posterior

    def counted(self: CompiledNetwork, findings: Findings, *more: Any) -> Posterior:
        counts.append(findings.rows or 0)
        return whole(self, findings, *more)

    monkeypatch.setattr(CompiledNetwork, "posterior", counted)
    return counts


def test_equal_rows_are_asked_once_also_in_different_chunks(
    model: cm.Model, tmp_path: Path, asked: list[int]
) -> None:
    frame = pd.concat([random_rows(model, 30)[["n0", "do:n3"]]] * 7)
    summary = answer_file(
        model,
        write(frame, tmp_path / "rows.csv"),
        tmp_path / "out.csv",
        target="n4",
        chunk_rows=25,
    )
    assert sum(asked) == summary.asked == len(frame.drop_duplicates())
    assert summary.rows == len(frame)
    numbers = numbers_of(read(tmp_path / "out.csv"))
    np.testing.assert_array_equal(numbers[:30], numbers[180:])


def test_a_memory_that_is_too_small_only_costs_time(
    model: cm.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = write(random_rows(model, 120), tmp_path / "rows.csv")
    keywords: dict[str, Any] = {"target": "n4", "keep": ["id"], "on_error": "mark"}
    whole = answer_file(model, rows, tmp_path / "large.csv", chunk_rows=20, **keywords)
    monkeypatch.setattr("causal_model.batch.run.CHUNK_ROWS", 7)
    small = answer_file(model, rows, tmp_path / "small.csv", chunk_rows=20, **keywords)
    assert small.asked >= whole.asked
    left, right = read(tmp_path / "large.csv"), read(tmp_path / "small.csv")
    np.testing.assert_allclose(numbers_of(left), numbers_of(right), atol=1e-12)
    assert left[PROBLEM].tolist() == right[PROBLEM].tolist()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("n0,n4\ns0,s0\ns9,s0\n", "line 3"),
        ("n0,n4\n\ns0,s0\n\n\ns9,s0\n", "line 6"),
        ('id,n0\n"two\nlines",s0\nx,s9\n', "line 4"),
        ("n0,n4\r\ns0,s0\r\ns9,s0\r\n", "line 3"),
        ("\ufeffn0,n4\ns0,s0\ns9,s0\n", "line 3"),
        ("n0\ns0\n\ns9\n", "line 4"),
    ],
)
def test_a_malformed_row_is_named_by_its_line_and_nothing_is_written(
    model: cm.Model, tmp_path: Path, text: str, place: str
) -> None:
    rows, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    rows.write_bytes(text.encode())
    out.write_text("what was there")
    keep = ["id"] if "id" in text else []
    with pytest.raises(EvidenceError, match=rf"rows\.csv: {place}: node 'n0' has no state 's9'"):
        answer_file(model, rows, out, target="n4", keep=keep, chunk_rows=1)
    assert out.read_text() == "what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "rows.csv"]


def test_an_impossible_row_never_stops_a_run(tmp_path: Path) -> None:
    coin = Variable("coin", ("head", "tail"))
    sure = cm.Model(Network.of([coin], {}, {"coin": np.array([1.0, 0.0])}))
    rows, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    rows.write_text("coin\nhead\ntail\n\ntail\n")
    summary = answer_file(sure, rows, out, target="coin")
    assert (summary.rows, summary.problems) == (4, 2)
    found = read(out)
    assert found[PROBLEM].tolist() == ["", f"line 3: {IMPOSSIBLE}", "", f"line 5: {IMPOSSIBLE}"]
    assert found[EVIDENCE].tolist() == [0, -math.inf, 0, -math.inf]


@pytest.mark.parametrize(
    ("text", "keep", "words"),
    [
        ("n0,n44\ns0,s0\n", [], "column 'n44': there is no node 'n44'. Did you mean 'n4'"),
        ("n0,likelihood:n8\ns0,s0\n", [], "there is no node 'n8' for likelihood"),
        ("n0,date\ns0,x\n", ["dat"], "--keep dat: .* Did you mean 'date'"),
        ("n0,n0\ns0,s0\n", [], "column 'n0' comes twice"),
        ("n0,n4\ns0\n", [], "Expected 2 columns, got 1"),
        ("", [], "cannot be read: Empty CSV"),
        ("n0\n\xff\n", [], "cannot be read: .*UTF8"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(
    model: cm.Model, tmp_path: Path, text: str, keep: list[str], words: str
) -> None:
    (tmp_path / "rows.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(EvidenceError, match=words):
        answer_file(model, tmp_path / "rows.csv", tmp_path / "out.csv", target="n4", keep=keep)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_files_that_are_no_tables_are_refused(model: cm.Model, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("n0\n")
    (tmp_path / "bad.parquet").write_text("no parquet")
    for name, words in {
        "rwos.csv": r"no such file\. Did you mean 'rows.csv'",
        "rows.xlsx": "expected a file that ends in .csv or .parquet",
        "bad.parquet": "cannot be read",
    }.items():
        with pytest.raises(EvidenceError, match=words):
            answer_file(model, tmp_path / name, tmp_path / "out.csv", target="n4")
    with pytest.raises(QueryError, match=r"output that ends in .csv or .parquet"):
        answer_file(model, tmp_path / "rows.csv", tmp_path / "out.txt", target="n4")


def test_the_input_is_never_replaced(model: cm.Model, tmp_path: Path) -> None:
    rows = write(random_rows(model, 3), tmp_path / "rows.csv")
    before = rows.read_bytes()
    with pytest.raises(QueryError, match="is the input"):
        run(model, rows, tmp_path / "." / "rows.csv")
    assert rows.read_bytes() == before


def test_states_that_are_numbers_in_parquet_are_no_states(model: cm.Model, tmp_path: Path) -> None:
    rows = write(pd.DataFrame({"n0": [1]}), tmp_path / "rows.parquet")
    with pytest.raises(EvidenceError, match=r"row 1: .*name of a state as text, got 1"):
        answer_file(model, rows, tmp_path / "out.csv", target="n4")


def test_a_file_without_rows_has_an_answer_without_rows(model: cm.Model, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,n0\n")
    for suffix in ("csv", "parquet"):
        out = tmp_path / f"out.{suffix}"
        assert answer_file(model, tmp_path / "rows.csv", out, target="n4", keep=["id"]) == Summary(
            0, 0, 0, 0
        )
        assert read(out).columns[0] == "id"
        assert len(read(out)) == 0


def test_kept_columns_are_carried_over_as_they_are(model: cm.Model, tmp_path: Path) -> None:
    when = pd.date_range("2026-01-07", periods=3)
    frame = pd.DataFrame({"when": when, "size": [1, 2, 3], "n0": ["s0", None, "s0"]})
    rows = write(frame, tmp_path / "rows.parquet")
    keep = ["size", "when", "n0"]
    answer_file(model, rows, tmp_path / "out.parquet", target="n4", keep=keep)
    left = pq.read_table(rows).select(keep)
    assert pq.read_table(tmp_path / "out.parquet").select(keep).equals(left)


def test_text_that_a_spreadsheet_would_run_is_quoted_in_csv_only(
    model: cm.Model, tmp_path: Path
) -> None:
    texts = ["=1+1", "@x", "-x", "+x", "-1.5", "+2e3", "plain", "", "a\nb", '"']
    frame = pd.DataFrame({"note": texts, "n0": "s0"})
    rows = write(frame, tmp_path / "rows.csv")
    for suffix in ("csv", "parquet"):
        answer_file(model, rows, tmp_path / f"out.{suffix}", target="n4", keep=["note"])
    quoted = ["'=1+1", "'@x", "'-x", "'+x", *texts[4:]]
    as_text = pa_csv.ConvertOptions(column_types={"note": pa.string()})
    found = pa_csv.read_csv(
        tmp_path / "out.csv",
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=as_text,
    )
    assert found["note"].to_pylist() == quoted
    assert pq.read_table(tmp_path / "out.parquet")["note"].to_pylist() == texts


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.test_batch import five, run

def until_killed(function, items):
    for number, item in enumerate(items):
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        yield function(item, 1)

run(five(11), Path(sys.argv[1]), Path(sys.argv[2]), map_=until_killed)
"""


def run(model: cm.Model, rows: Path, out: Path, **more: Any) -> Summary:
    """The run that is killed, goes on, and is compared."""
    keywords: dict[str, Any] = {"target": "n4", "keep": ["id"], "on_error": "mark"}
    keywords |= {"chunk_rows": 30, **more}
    return answer_file(model, rows, out, **keywords)


def killed(rows: Path, out: Path) -> None:
    """A run that dies by kill -9 over its fourth chunk, in a process of its own."""
    root = Path(__file__).parents[1]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(rows), str(out)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -9, ended.stderr.decode()


@pytest.fixture(scope="module")
def stopped(model: cm.Model, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Puts the input of a killed run, and what the run left, into a folder."""
    import shutil

    folder = tmp_path_factory.mktemp("stopped")
    write(random_rows(model, 200), folder / "rows.csv")
    killed(folder / "rows.csv", folder / "out.parquet")

    def copied(into: Path) -> Path:
        shutil.copytree(folder, into, dirs_exist_ok=True)
        return into / "out.parquet"

    return copied


def test_a_run_that_is_killed_leaves_no_output_and_goes_on_to_the_same_bytes(
    model: cm.Model, tmp_path: Path, stopped: Callable[[Path], Path]
) -> None:
    out = stopped(tmp_path)
    assert not out.exists()
    assert len(list(out.with_name("out.parquet.part").glob("*.arrow"))) == 3
    summary = run(model, tmp_path / "rows.csv", out, resume=True)
    assert (summary.rows, summary.resumed) == (200, 90)
    assert not out.with_name("out.parquet.part").exists()
    run(model, tmp_path / "rows.csv", tmp_path / "whole.parquet")
    assert out.read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_what_a_killed_run_left_is_neither_used_nor_lost_unasked(
    model: cm.Model, tmp_path: Path, stopped: Callable[[Path], Path]
) -> None:
    out = stopped(tmp_path)
    with pytest.raises(BatchError, match="--resume goes on with it, --force throws it away"):
        run(model, tmp_path / "rows.csv", out)
    assert run(model, tmp_path / "rows.csv", out, force=True).resumed == 0
    assert len(read(out)) == 200


def change_input(folder: Path) -> dict[str, Any]:
    with (folder / "rows.csv").open("a") as file:
        file.write("row-200,,,,,,\n")
    return {}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (change_input, "input"),
        (lambda folder: {"target": "n0"}, "question"),
        (lambda folder: {"keep": ["id", "n0"]}, "question"),
        (lambda folder: {"model": five(12)}, "graph"),
        (lambda folder: {"chunk_rows": 31}, "version of the program"),
    ],
)
def test_a_run_does_not_go_on_where_anything_has_changed(
    model: cm.Model,
    tmp_path: Path,
    stopped: Callable[[Path], Path],
    change: Callable[[Path], dict[str, Any]],
    what: str,
) -> None:
    out = stopped(tmp_path)
    more = {"model": model, **change(tmp_path)}
    with pytest.raises(BatchError, match=f"it had another {what}"):
        run(rows=tmp_path / "rows.csv", out=out, resume=True, **more)


def test_a_folder_of_somebody_else_is_left_alone(model: cm.Model, tmp_path: Path) -> None:
    rows = write(random_rows(model, 5), tmp_path / "rows.csv")
    other = tmp_path / "out.csv.part" / "thesis.txt"
    other.parent.mkdir()
    other.write_text("years of work")
    with pytest.raises(BatchError, match=r"thesis\.txt"):
        run(model, rows, tmp_path / "out.csv", force=True)
    assert other.read_text() == "years of work"


def failing(after: int, error: BaseException) -> Map:
    """Jobs one after the other, until so many are done."""

    def failing_map(
        function: Callable[[Any, int], Any], items: Iterable[Any], /
    ) -> Generator[Any, None, None]:
        for number, item in enumerate(items):
            if number == after:
                raise error
            yield function(item, 1)

    return failing_map


@pytest.mark.parametrize("error", [BatchError("no cluster answers"), KeyboardInterrupt()])
def test_a_run_that_fails_before_its_first_chunk_leaves_nothing(
    model: cm.Model, tmp_path: Path, error: BaseException
) -> None:
    rows = write(random_rows(model, 100), tmp_path / "rows.csv")
    with pytest.raises(type(error)):
        run(model, rows, tmp_path / "out.csv", map_=failing(0, error))
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    # What is answered is kept, also when the next run gets no further.
    for _ in range(2):
        with pytest.raises(type(error)):
            run(model, rows, tmp_path / "out.csv", map_=failing(1, error), resume=True)
    assert run(model, rows, tmp_path / "out.csv", resume=True).resumed == 60


def test_an_output_that_cannot_be_written_is_told_before_a_row_is_asked(
    model: cm.Model, tmp_path: Path, asked: list[int]
) -> None:
    rows = write(random_rows(model, 5), tmp_path / "rows.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "taken.csv.part").touch()
    for name, words in {
        "folder.csv": "folder.csv: cannot be written: Is a directory",
        "nowhere/out.csv": "out.csv: cannot be written: No such file or directory",
        "rows.csv/out.csv": "out.csv: cannot be written: Not a directory",
        f"{'x' * 300}.csv": "x.csv: cannot be written: File name too long",
    }.items():
        with pytest.raises(RenderError, match=words):
            run(model, rows, tmp_path / name)
    with pytest.raises(BatchError, match=r"taken\.csv\.part: is in the way, expected a folder"):
        run(model, rows, tmp_path / "taken.csv")
    assert not asked
    assert {path.name for path in tmp_path.iterdir()} == {
        "rows.csv",
        "folder.csv",
        "taken.csv.part",
    }


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), OSError(errno.EIO)])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_disk_that_fails_is_named_with_its_cause(
    model: cm.Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    suffix: str,
) -> None:
    rows = write(random_rows(model, 60), tmp_path / "rows.parquet")

    def broken(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(pq.ParquetFile, "iter_batches", broken)
        with pytest.raises(EvidenceError, match=r"rows\.parquet: cannot be read: Input/output"):
            run(model, rows, tmp_path / f"out.{suffix}")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", broken)
        with pytest.raises(RenderError, match=rf"out\.{suffix}: cannot be written: Input/output"):
            run(model, rows, tmp_path / f"out.{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]


def test_a_chunk_that_cannot_be_read_is_not_called_damaged(
    model: cm.Model,
    tmp_path: Path,
    stopped: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = stopped(tmp_path)

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(pa.ipc, "open_file", broken)
        with pytest.raises(BatchError, match=r"00000\.arrow: cannot be read: Input/output error$"):
            run(model, tmp_path / "rows.csv", out, resume=True)
    chunk = out.with_name("out.parquet.part") / "00001.arrow"
    chunk.write_bytes(chunk.read_bytes()[:-100])
    with pytest.raises(BatchError, match=r"00001\.arrow: is damaged \(.+\); --force starts again"):
        run(model, tmp_path / "rows.csv", out, resume=True)


def test_an_interrupt_can_be_gone_on_from(model: cm.Model, tmp_path: Path) -> None:
    rows = write(random_rows(model, 100), tmp_path / "rows.csv")

    def interrupted(
        function: Callable[[Any, int], Any], items: Iterable[Any], /
    ) -> Generator[Any, None, None]:
        yield function(next(iter(items)), 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(model, rows, tmp_path / "out.csv", map_=interrupted)
    assert run(model, rows, tmp_path / "out.csv", resume=True).resumed == 30
    assert len(read(tmp_path / "out.csv")) == 100


def sharing(sharers: int) -> Map:
    """Jobs one after the other, as if so many were done at a time."""

    def shared(
        function: Callable[[Any, int], Any], items: Iterable[Any], /
    ) -> Generator[Any, None, None]:
        for item in items:
            yield function(item, sharers)

    return shared


def test_workers_divide_the_memory_that_is_allowed(model: cm.Model, tmp_path: Path) -> None:
    rows = write(random_rows(model, 20), tmp_path / "rows.csv")

    def least(sharers: int) -> int:
        """The memory with which the run is just not refused."""
        allowed = sharers
        while True:
            allowing = replace(model, max_memory=allowed)
            try:
                run(allowing, rows, tmp_path / f"{sharers}.csv", map_=sharing(sharers))
            except TooLarge as error:
                allowed = max(allowed + 1, error.predicted * sharers)
            else:
                return allowed

    assert least(4) == 4 * least(1) > 4
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "4.csv").read_bytes()


def test_workers_divide_what_is_free(
    model: cm.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("causal_model.memory.free_memory", lambda: 1000)
    assert [divided_memory(None, sharers) for sharers in (1, 2, 3)] == [None, 300, 200]
    rows = write(random_rows(model, 20), tmp_path / "rows.csv")
    with pytest.raises(TooLarge, match="200 bytes are allowed"):
        run(model, rows, tmp_path / "out.csv", map_=sharing(3))


def test_two_processes_give_the_same_bytes_as_one(model: cm.Model, tmp_path: Path) -> None:
    rows = write(random_rows(model, 200), tmp_path / "rows.csv")
    run(model, rows, tmp_path / "one.parquet")
    run(model, rows, tmp_path / "two.parquet", map_=Processes(2))
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A Dask cluster of two processes."""
    with local_cluster() as found:
        yield found


@survives_a_killing
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    model: cm.Model, tmp_path: Path, cluster: Any
) -> None:
    rows = write(random_rows(model, 200), tmp_path / "rows.csv")
    run(model, rows, tmp_path / "one.parquet")
    pids = [worker.pid for worker in cluster.workers.values()]

    def losing(
        function: Callable[[Any, int], Any], items: Iterable[Any], /
    ) -> Generator[Any, None, None]:
        for number, result in enumerate(Dask(cluster.scheduler_address)(function, items)):
            if number == 1:
                os.kill(pids[0], 9)
            yield result

    summary = run(model, rows, tmp_path / "two.parquet", map_=losing)
    assert summary.rows == 200
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
