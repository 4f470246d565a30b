"""Matrix products on one thread of the BLAS library.

The products of a Bayesian network are many and of middling size. Several threads make them no faster
(measured on 2 cores: munin1, barley and mildew take as long on one thread), and where something else
uses the cores, threads that wait for each other made some of them thirty times slower.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any

__all__ = ["one_blas_thread"]

# No product of fewer multiplications is divided among threads; so small ones need no care.
SMALL = 1 << 18


def one_blas_thread(operations: int) -> AbstractContextManager[None]:
    """Within this context matrix products run on one thread, if there are so many multiplications.

    Afterwards the number of threads is what it was. It belongs to the process, and OpenBLAS lets only the
    main thread change it; so in other threads nothing is done.
    """
    if operations < SMALL or threading.current_thread() is not threading.main_thread():
        return nullcontext()
    return _one_thread()


@contextmanager
def _one_thread() -> Iterator[None]:
    libraries = _libraries()
    before = [each.get_num_threads() for each in libraries]
    try:
        for each in libraries:
            each.set_num_threads(1)
        yield
    finally:
        for each, threads in zip(libraries, before, strict=True):
            each.set_num_threads(threads)


@cache
def _libraries() -> list[Any]:
    from threadpoolctl import ThreadpoolController

    return list(ThreadpoolController().select(user_api="blas").lib_controllers)
