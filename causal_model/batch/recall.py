"""Equal rows are asked once, also when they come in different chunks.

Rows are looked up when their chunk is read, and their answers are stored when the chunk is finished,
which may be several chunks later. Both happen in the order of the chunks. So which rows of a chunk are
asked depends on the rows before it alone, never on how fast who answers: any number of workers, and a
run that goes on where another stopped, give the same bits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from causal_model.batch.question import Answered
from causal_model.inference.columns import CellColumn, Codes
from causal_model.network import Array

__all__ = ["Looked", "Recall"]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Where the answers to the different rows of a chunk are, or will be.

    Attributes:
        places: of every row, in the memory; -1 where it is not remembered; shape (rows,).
        known: whether the row was asked before; shape (rows,).
    """

    places: Codes
    known: np.typing.NDArray[np.bool_]


class Recall:
    """The answers to the rows that were met last.

    Args:
        capacity: how many rows are remembered.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        # Oldest first.
        self._place: dict[tuple[object, ...], int] = {}
        self._numbers: Array = np.zeros((0, 0))
        self._problems: dict[int, str] = {}

    def look(self, columns: Sequence[CellColumn], rows: int) -> Looked:
        """Find the rows of a chunk, which are all different, and make room for those that are new.

        A chunk with very many rows would push out everything and be pushed out by the next one, so
        neither is tried.
        """
        places = np.full(rows, -1, dtype=np.intp)
        known = np.zeros(rows, dtype=bool)
        if rows > self._capacity // 2:
            return Looked(places, known)
        new = []
        for row, key in enumerate(_keys(columns, rows)):
            place = self._place.pop(key, -1)
            if place < 0:
                new.append((row, key))
            else:
                places[row] = self._place[key] = place
                known[row] = True
        free = list(range(len(self._place), min(self._capacity, len(self._place) + len(new))))
        oldest = list(islice(self._place, len(new) - len(free)))
        free += [self._place.pop(key) for key in oldest]
        for (row, key), place in zip(new, free, strict=True):
            places[row] = self._place[key] = place
        return Looked(places, known)

    def complete(self, looked: Looked, new: Answered) -> Answered:
        """The answers to all rows of a chunk, from those to its new rows; these are remembered.

        A place may have been given away within the chunk, so what is known is read before.
        """
        numbers = np.empty((len(looked.places), new.numbers.shape[1]))
        fresh = np.flatnonzero(~looked.known)
        problems = {int(fresh[at]): text for at, text in new.problems.items()}
        if len(fresh) < len(numbers):
            numbers[looked.known] = self._numbers[looked.places[looked.known]]
        if self._problems:
            for row in np.flatnonzero(looked.known).tolist():
                if (found := self._problems.get(int(looked.places[row]))) is not None:
                    problems[row] = found
        numbers[fresh] = new.numbers
        whole = Answered(numbers, problems)
        self.learn(looked, whole)
        return whole

    def learn(self, looked: Looked, whole: Answered) -> None:
        """Remember the answers to the new rows of a chunk, all of whose answers are given."""
        fresh = np.flatnonzero(~looked.known & (looked.places >= 0))
        if not fresh.size:
            return
        places = looked.places[fresh]
        needed, width = int(places.max()) + 1, whole.numbers.shape[1]
        if needed > len(self._numbers):
            grown = np.empty((min(self._capacity, max(needed, 2 * len(self._numbers))), width))
            grown[: len(self._numbers)] = self._numbers.reshape(-1, width)
            self._numbers = grown
        self._numbers[places] = whole.numbers[fresh]
        if self._problems or whole.problems:
            for row, place in zip(fresh.tolist(), places.tolist(), strict=True):
                self._problems.pop(place, None)
                if row in whole.problems:
                    self._problems[place] = whole.problems[row]


def _keys(columns: Sequence[CellColumn], rows: int) -> Iterable[tuple[object, ...]]:
    """The cells of every row."""
    if not columns:
        return [()] * rows
    texts = []
    for column in columns:
        cells = np.empty(len(column.cells) + 1, dtype=object)
        cells[:-1] = column.cells
        texts.append(cells[column.codes].tolist())
    return zip(*texts, strict=True)
