"""Equal rows are asked once, also when they come in different chunks.

Rows are looked up when their chunk is read, and their answers are stored when the chunk is finished,
which may be several chunks later. Both happen in the order of the chunks. So which rows of a chunk are
asked depends on the rows before it alone, never on how fast who answers: any number of workers, and a
run that goes on where another stopped, give the same bits.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.batch.question import Answered
from causal_model.inference.table import CellColumn, Codes
from causal_model.network import Array

__all__ = ["Looked", "Recall"]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Where the answers to the different rows of a chunk are, or will be.

    Attributes:
        places: of every row, in the memory; shape (rows,).
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
        self._place: OrderedDict[tuple[object, ...], int] = OrderedDict()
        self._numbers: Array = np.zeros((0, 0))
        self._problems: dict[int, str] = {}

    def look(self, columns: Sequence[CellColumn], rows: int) -> Looked:
        """Find the rows of a chunk, which are all different, and make room for those that are new."""
        texts = []
        for column in columns:
            cells = np.empty(len(column.cells) + 1, dtype=object)
            cells[:-1] = column.cells
            texts.append(cells[column.codes].tolist())
        places = np.empty(rows, dtype=np.intp)
        known = np.zeros(rows, dtype=bool)
        for row, key in enumerate(zip(*texts, strict=True) if texts else [()] * rows):
            place = self._place.get(key)
            if place is not None:
                known[row] = True
                self._place.move_to_end(key)
            elif len(self._place) < self._capacity:
                place = self._place[key] = len(self._place)
            else:
                place = self._place[key] = self._place.popitem(last=False)[1]
            places[row] = place
        return Looked(places, known)

    def complete(self, looked: Looked, new: Answered) -> Answered:
        """The answers to all rows of a chunk, from those to its new rows; these are remembered.

        A place may have been given away within the chunk, so what is known is read before.
        """
        rows = len(looked.places)
        numbers = np.empty((rows, new.numbers.shape[1]))
        old = np.flatnonzero(looked.known)
        fresh = np.flatnonzero(~looked.known)
        problems: dict[int, str] = {}
        if old.size:
            numbers[old] = self._numbers[looked.places[old]]
            if self._problems:
                for row in old.tolist():
                    if (found := self._problems.get(int(looked.places[row]))) is not None:
                        problems[row] = found
        numbers[fresh] = new.numbers
        problems.update({int(fresh[at]): text for at, text in new.problems.items()})
        self.learn(looked, Answered(numbers, problems))
        return Answered(numbers, dict(sorted(problems.items())))

    def learn(self, looked: Looked, whole: Answered) -> None:
        """Remember the answers to the new rows of a chunk, all of whose answers are given."""
        fresh = np.flatnonzero(~looked.known)
        if not fresh.size:
            return
        places = looked.places[fresh]
        needed = int(places.max()) + 1
        if needed > len(self._numbers):
            size = min(self._capacity, max(needed, 2 * len(self._numbers)))
            grown = np.empty((size, whole.numbers.shape[1]))
            grown[: len(self._numbers)] = self._numbers.reshape(-1, whole.numbers.shape[1])
            self._numbers = grown
        self._numbers[places] = whole.numbers[fresh]
        if self._problems or whole.problems:
            for row, place in zip(fresh.tolist(), places.tolist(), strict=True):
                self._problems.pop(place, None)
                if row in whole.problems:
                    self._problems[place] = whole.problems[row]
