"""A Dask cluster on this machine, whose workers are processes that a test may kill."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

__all__ = ["local_cluster", "survives_a_killing"]

# A worker that is killed leaves connections and the nanny's complaint behind.
survives_a_killing = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@contextmanager
def local_cluster() -> Iterator[Any]:
    """Two workers, each a process; skips the test where distributed is missing."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        yield cluster
