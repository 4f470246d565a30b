"""Matrix products run on one thread, and what was set before comes back."""

from threading import Thread

import numpy as np
from threadpoolctl import ThreadpoolController

import causal_model as cm
from causal_model.threads import SMALL, one_blas_thread


def threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [
        each.num_threads for each in ThreadpoolController().select(user_api="blas").lib_controllers
    ]


def test_large_products_have_one_thread_and_small_ones_are_left_alone() -> None:
    before = threads()
    with one_blas_thread(SMALL - 1):
        assert threads() == before
    with one_blas_thread(SMALL):
        assert set(threads()) == {1}
        with one_blas_thread(SMALL):
            assert set(threads()) == {1}
        assert set(threads()) == {1}
    assert threads() == before


def test_in_another_thread_nothing_is_changed() -> None:
    before = threads()
    seen: list[list[int]] = []

    def ask() -> None:
        with one_blas_thread(SMALL):
            seen.append(threads())

    other = Thread(target=ask)
    other.start()
    other.join(20)
    assert seen == [before] == [threads()]


def test_an_error_within_brings_them_back() -> None:
    before = threads()
    try:
        with one_blas_thread(SMALL):
            raise cm.QueryError("stop")
    except cm.QueryError:
        pass
    assert threads() == before
