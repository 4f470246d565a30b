"""Maps over items: order kept, few ahead, and nothing lost or doubled when a worker dies."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from causal_model.errors import BatchError, QueryError
from causal_model.parallel import Dask, Map, Processes, serial
from tests.clusters import local_cluster, survives_a_killing

MAPS = [serial, Processes(2)]


@dataclass(frozen=True)
class Deadly:
    """A number; the worker that takes it dies as long as there are lives to take."""

    number: int
    lives: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"item {self.number}"


def square(item: Deadly, sharers: int) -> int:
    """The square of a number. Every life is a file, taken by whoever removes it."""
    for life in item.lives:
        if Path(life).exists():
            Path(life).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return item.number**2


def refuse(item: Deadly, sharers: int) -> int:
    raise QueryError(f"{item} makes no sense")


def sharing(item: int, sharers: int) -> int:
    return sharers


def items(
    folder: Path, *, count: int, deadly: int | None = None, lives: int = 1
) -> Iterator[Deadly]:
    for number in range(count):
        own = [folder / f"{number}.{life}" for life in range(lives if number == deadly else 0)]
        for path in own:
            path.touch()
        yield Deadly(number, tuple(map(str, own)))


@pytest.mark.parametrize("map_", MAPS, ids=["serial", "processes"])
def test_results_come_in_the_order_of_the_items(map_: Map, tmp_path: Path) -> None:
    assert list(map_(square, items(tmp_path, count=9))) == [number**2 for number in range(9)]
    assert list(map_(square, [])) == []


@pytest.mark.parametrize("map_", MAPS, ids=["serial", "processes"])
def test_items_are_taken_only_a_few_ahead(map_: Map, tmp_path: Path) -> None:
    taken = 0

    def counted() -> Iterator[Deadly]:
        nonlocal taken
        for item in items(tmp_path, count=40):
            taken += 1
            yield item

    results = map_(square, counted())
    next(results)
    assert taken <= 4
    next(results)
    assert taken <= 5
    results.close()


@pytest.mark.parametrize("map_", MAPS, ids=["serial", "processes"])
def test_an_error_of_the_function_is_that_of_the_map(map_: Map, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="item 0 makes no sense"):
        list(map_(refuse, items(tmp_path, count=3)))


def test_the_function_is_told_how_many_share_its_machine() -> None:
    assert list(serial(sharing, range(2))) == [1, 1]
    assert list(Processes(2)(sharing, range(3))) == [2, 2, 2]


def test_what_a_dead_process_had_in_hand_is_done_again(tmp_path: Path) -> None:
    told: list[str] = []
    map_ = Processes(2, told.append)
    assert list(map_(square, items(tmp_path, count=12, deadly=5))) == [n**2 for n in range(12)]
    assert len(told) == 1
    assert "done again" in told[0]


def test_an_item_that_kills_twice_is_named_after_what_came_before(tmp_path: Path) -> None:
    # It kills once among others, and then whoever has it alone.
    results = Processes(2)(square, items(tmp_path, count=9, deadly=3, lives=2))
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    with pytest.raises(BatchError, match="died twice over item 3"):
        next(results)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a Dask cluster of two processes."""
    with local_cluster() as found:
        yield found.scheduler_address


@survives_a_killing
def test_a_dask_cluster_loses_and_doubles_nothing_when_a_worker_is_killed(
    cluster: str, tmp_path: Path
) -> None:
    found = list(Dask(cluster)(square, items(tmp_path, count=12, deadly=4)))
    assert found == [number**2 for number in range(12)]
    assert not list(tmp_path.iterdir()), "no worker was killed"


def test_the_workers_of_a_dask_cluster_on_one_machine_share_it(cluster: str) -> None:
    # One that was killed by an earlier test may not be there again.
    import distributed

    connect: Any = distributed.Client
    with connect(cluster, set_as_default=False) as client:
        client.wait_for_workers(2)
    assert list(Dask(cluster)(sharing, range(3))) == [2, 2, 2]


@survives_a_killing
def test_an_error_on_a_dask_cluster_is_that_of_the_map(cluster: str, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="item 0 makes no sense"):
        list(Dask(cluster)(refuse, items(tmp_path, count=3)))


def test_an_address_where_nobody_answers_is_named() -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    with pytest.raises(BatchError, match="no Dask cluster answers"):
        list(Dask("nonsense://nowhere")(square, []))


def test_a_missing_distributed_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(QueryError, match=r"causal-model\[dask\]"):
        list(Dask("tcp://127.0.0.1:8786")(square, items(tmp_path, count=1)))
