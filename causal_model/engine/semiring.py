"""What "multiply and sum" means: on plain numbers, on their logarithms, or with maxima for sums.

One contraction routine serves all; a semiring only says how one prepared step is done. Plain numbers
are the quick way. Logarithms cannot underflow, but cost an exponential per entry. With the largest term
instead of the sum the value is the probability of the most probable state of everything.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from causal_model.engine.pairing import Pairing

__all__ = ["LINEAR", "LOGARITHM", "MAXIMUM", "Array", "Semiring"]

Array = NDArray[np.float64]

# Entries of one temporary array in logarithms: 32 MB.
CHUNK = 1 << 22


class Semiring(Protocol):
    """How two arrays are contracted into one."""

    def contract(self, pairing: Pairing, left: Array, right: Array) -> Array:
        """Contract two arrays as planned."""
        ...

    def terms(self, value: Array, derivative: Array) -> Array:
        """The products of a tensor with the derivative by it, as numbers, up to a common factor."""
        ...


class _Linear:
    """Sums of products of numbers."""

    def contract(self, pairing: Pairing, left: Array, right: Array) -> Array:
        # Nearly all of the time of small networks is spent here: no calls but numpy's.
        left_axes, left_shape, right_axes, right_shape, sums, last, shape, axes = pairing.form
        if left_axes is not None:
            left = left.transpose(left_axes)
        if left_shape is not None:
            left = left.reshape(left_shape)
        if right_axes is not None:
            right = right.transpose(right_axes)
        if right_shape is not None:
            right = right.reshape(right_shape)
        if not sums:
            made = left * right
        elif last:
            made = np.einsum("mkh,knh->mnh", left, right)
        elif left.ndim == 2:
            made = left.dot(right)  # the same as @, with less ado about small arrays
        else:
            made = left @ right
        if shape is not None:
            made = made.reshape(shape)
        return made if axes is None else made.transpose(axes)

    def terms(self, value: Array, derivative: Array) -> Array:
        return value * derivative


class _OfLogarithms:
    """Products of numbers that are given by their logarithms, -inf for zero, put together somehow."""

    def __init__(self, together: Callable[[Array], Array]) -> None:
        self.together = together

    def contract(self, pairing: Pairing, left: Array, right: Array) -> Array:
        left, right = _grouped(pairing, left, right)
        if pairing.summed == 1:
            return _shaped(left + right, pairing)
        if pairing.last:
            left, right = np.moveaxis(left, -1, 0), np.moveaxis(right, -1, 0)
            return _shaped(np.moveaxis(self._summed(left, right), 0, -1), pairing)
        return _shaped(self._summed(left, right), pairing)

    def terms(self, value: Array, derivative: Array) -> Array:
        logs = value + derivative
        top = logs.max(initial=-np.inf)
        return np.asarray(np.exp(logs - top if np.isfinite(top) else logs))

    def _summed(self, left: Array, right: Array) -> Array:
        """Put together over k, from (h, m, k) and (h, k, n) or without h."""
        rows = max(1, CHUNK // max(1, right.size))
        parts = [
            self.together(left[..., at : at + rows, :, None] + right[..., None, :, :])
            for at in range(0, left.shape[-2], rows)
        ]
        return np.concatenate(parts, axis=-2)


def _shaped(array: Array, pairing: Pairing) -> Array:
    *_, shape, axes = pairing.form
    if shape is not None:
        array = array.reshape(shape)
    return array if axes is None else array.transpose(axes)


def _grouped(pairing: Pairing, left: Array, right: Array) -> tuple[Array, Array]:
    left_axes, left_shape, right_axes, right_shape, *_ = pairing.form
    if left_axes is not None:
        left = left.transpose(left_axes)
    if left_shape is not None:
        left = left.reshape(left_shape)
    if right_axes is not None:
        right = right.transpose(right_axes)
    if right_shape is not None:
        right = right.reshape(right_shape)
    return left, right


def _log_sum(terms: Array) -> Array:
    """Return log(sum(exp(terms))) over the last axis but one, without overflow."""
    top = terms.max(axis=-2)
    safe = np.where(np.isneginf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        summed: Array = safe + np.log(np.exp(terms - safe[..., None, :]).sum(axis=-2))
    return summed


def _largest(terms: Array) -> Array:
    return np.asarray(terms.max(axis=-2))


LINEAR: Semiring = _Linear()
LOGARITHM: Semiring = _OfLogarithms(_log_sum)
MAXIMUM: Semiring = _OfLogarithms(_largest)
