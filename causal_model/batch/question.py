"""What is asked of every row, in a form that travels to other processes and machines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from causal_model.inference.columns import CellColumn
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.table import ask_table
from causal_model.memory import divided_memory
from causal_model.network import Array, Network
from causal_model.spec.evidence import Finding

__all__ = ["Answered", "Job", "Question", "answer"]


@dataclass(frozen=True, slots=True)
class Question:
    """The same targets for every row; equal where the digest is.

    Attributes:
        digest: of the network; what is assumed and asked is compared besides.
        targets: the nodes that are asked.
        assumed: findings that hold in every row.
        network: the network.
        max_memory: bytes that all answers made at a time on one machine may take together; None for a
            share of what is free.
    """

    digest: str
    targets: tuple[str, ...]
    assumed: tuple[Finding, ...] = field(hash=False)
    network: Network = field(compare=False, repr=False)
    max_memory: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Different rows of one chunk, to be asked.

    Attributes:
        question: what is asked.
        columns: the rows.
        rows: how many.
        name: what an error says of the rows.
    """

    question: Question
    columns: tuple[CellColumn, ...]
    rows: int
    name: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """Answers to the rows of a job.

    Attributes:
        numbers: posteriors by target and state, and log P(evidence) at the end; shape (rows, columns).
        problems: row, from 0, to why it could not be asked.
    """

    numbers: Array
    problems: Mapping[int, str]


def answer(job: Job, sharers: int) -> Answered:
    """Ask the rows of a job; the network is prepared once in every process.

    Args:
        job: the rows.
        sharers: how many jobs are done at a time on this machine, and divide its memory.

    Raises:
        TooLarge: an answer would take more memory than its part.
    """
    compiled = _compiled(job.question, sharers)
    targets = job.question.targets
    found = ask_table(compiled, job.columns, job.rows, targets, job.question.assumed)
    numbers = [*(found.marginals[name] for name in targets), found.log_evidence[:, None]]
    return Answered(np.concatenate(numbers, axis=1), found.problems)


@lru_cache(maxsize=2)
def _compiled(question: Question, sharers: int) -> CompiledNetwork:
    return CompiledNetwork(question.network, divided_memory(question.max_memory, sharers))
