"""Bounds on an effect that does not follow from what is observed, from the numbers that are.

Asked is E = Σ_x Σ_y f_x(y) P(Y_x = y), Y_x being the outcome once the cause is set to x: with f_x = 1 on
some states it is their probability under do(x), with f_x = 1 and f_x' = -1 there it is what x instead of
x' changes.

- Without an instrument: P(x, y) is seen, and of those with another state of the cause nothing is known of
  Y_x. So E lies between Σ_x [Σ_y f_x(y) P(x, y) + (1 - P(x)) min f_x] and the same with max f_x; for a
  single state of the outcome P(x, y) <= P(y | do(x)) <= 1 - P(x) + P(x, y) [manski1990].
- With an instrument Z, of which the potential outcomes (Y_x for all x) are independent: any distribution of
  the responses of cause and outcome that agrees with P(x, y | z) is possible, and no other; the bounds are
  the least and the greatest E among them, two linear programmes. Each bound is attained, so that no
  narrower one follows from P(x, y | z) [balke1994, balke1997].

Balke and Pearl take one variable for every pair of a response r of the cause to Z, of which there are
|X|^|Z|, and a response of the outcome to X, |Y|^|X|. Two smaller programmes have the same optimum:

- by responses of the outcome: p(x, (y_1, y_2, ...) | z), the joint of the cause and of all potential
  outcomes, for every z. Its sums over y's with y_x = y are P(x, y | z), and its sum over x is the same for
  all z. From these joints the cause's responses can be drawn given the potential outcomes, for each z on
  its own. |Z| |X| |Y|^|X| variables.
- by responses of the cause: the probability of every r, and for each x the joint v(x, S, y) of Y_x and the
  set S of those z at which r takes x. Σ_y v(x, S, y) is the probability of all r with this S, and
  Σ_{S ∋ z} v(x, S, y) is P(x, y | z). Objective and constraints hold of each Y_x by itself, so that the Y_x
  can be drawn given r, each on its own. |X|^|Z| + |X| 2^|Z| |Y| variables.

The one with fewer variables is solved. The states of the outcome are never merged, even where f takes two
values only: what they tell apart narrows the bounds.

References:
    [manski1990] Manski, C. (1990). Nonparametric bounds on treatment effects. American Economic
        Review 80(2).
    [balke1994] Balke, A. & Pearl, J. (1994). Counterfactual probabilities: computational methods, bounds
        and applications. UAI.
    [balke1997] Balke, A. & Pearl, J. (1997). Bounds on treatment effects from studies with imperfect
        compliance. JASA 92(439).
    [pearl1995] Pearl, J. (1995). On the testability of causal models with latent and instrumental
        variables. UAI.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from causal_model.errors import QueryError
from causal_model.network import Array

__all__ = ["Programme", "instrument_bounds", "natural_bounds", "programme_size"]

# Of HiGHS; its own are 1e-7, which would be seen in the bounds.
TOLERANCE = 1e-10
# Variables above which interior points were found faster than the simplex method: with 10,401 variables
# 0.3 s instead of 3.3 s.
MOST_FOR_SIMPLEX = 5_000
# The status by which linprog says that no numbers meet the constraints.
INFEASIBLE = 2


def natural_bounds(seen: Array, weights: Array) -> tuple[Array, Array]:
    """Bounds that need no instrument.

    Args:
        seen: P(x, y), of shape (settings, states).
        weights: f_x(y) for every quantity asked, of shape (quantities, settings, states).

    Returns:
        The least and the greatest value of each quantity, of shape (quantities,).
    """
    known = np.einsum("qxy,xy->q", weights, seen)
    unknown = 1 - seen.sum(axis=-1)
    return known + weights.min(axis=-1) @ unknown, known + weights.max(axis=-1) @ unknown


def instrument_bounds(
    seen: Array, weights: Array, programme: "Programme | None" = None
) -> tuple[Array, Array]:
    """Bounds by an instrument.

    Args:
        seen: P(x, y | z), of shape (instrument's states, cause's states, outcome's states).
        weights: f_x(y) for every quantity asked, of shape (quantities, cause's states, outcome's states).
        programme: that of these numbers of states, where it was made before.

    Returns:
        The least and the greatest value of each quantity, of shape (quantities,).

    Raises:
        QueryError: the numbers refute the instrument: no distribution of responses has them.
    """
    programme = programme or Programme.of(*seen.shape)
    ends = np.array(
        [[programme.least(seen, own), -programme.least(seen, -own)] for own in weights]
    ).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def programme_size(instrument: int, cause: int, outcome: int) -> int:
    """The variables of the linear programme, from the numbers of states.

    >>> programme_size(2, 2, 2), programme_size(5, 5, 5), programme_size(12, 2, 5)
    (16, 3925, 600)
    """
    return min(
        _size_by_outcome(instrument, cause, outcome), _size_by_cause(instrument, cause, outcome)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """The linear programme of an instrument, but for its numbers.

    Attributes:
        constraints: a sparse matrix of shape (rows, variables): first the rows that sum to zero, then
            those that sum to P(x, y | z), z first and y last.
        zeros: the number of the former.
        values: which f_x(y) each variable counts with, a sparse matrix of shape (variables, x and y).
    """

    constraints: Any
    zeros: int
    values: Any

    @classmethod
    def of(cls, instrument: int, cause: int, outcome: int) -> "Programme":
        """The smaller one for these numbers of states."""
        sizes = (instrument, cause, outcome)
        smaller = _by_cause if _size_by_cause(*sizes) < _size_by_outcome(*sizes) else _by_outcome
        return smaller(*sizes)

    def least(self, seen: Array, weights: Array) -> float:
        """The least Σ_x Σ_y f_x(y) P(Y_x = y).

        Args:
            seen: P(x, y | z), of shape (z, x, y).
            weights: f_x(y), of shape (x, y).

        Raises:
            QueryError: the numbers refute the instrument.
        """
        # SciPy takes long to import, and only bounds need it.
        from scipy.optimize import linprog

        cost = self.values @ weights.reshape(-1)
        found: Any = linprog(
            cost,
            A_eq=self.constraints,
            b_eq=np.concatenate([np.zeros(self.zeros), seen.reshape(-1)]),
            bounds=(0, None),
            method="highs-ds" if len(cost) <= MOST_FOR_SIMPLEX else "highs-ipm",
            options={
                "primal_feasibility_tolerance": TOLERANCE,
                "dual_feasibility_tolerance": TOLERANCE,
            },
        )
        if found.status == INFEASIBLE:
            raise QueryError(_refutation(seen))
        assert found.status == 0, found.message  # Probabilities are bounded.
        return float(found.fun)


def _refutation(seen: Array) -> str:
    """What is wrong with an instrument for which there is no distribution of responses."""
    said = (
        "P(x, y | z) refutes the instrument: an outcome that depends on it through the cause alone cannot"
        " have these probabilities"
    )
    # Where the instrumental inequality [pearl1995] holds, others are broken that have no name.
    most = float(seen.max(axis=0).sum(axis=-1).max())
    if most > 1 + TOLERANCE:
        said += f". For some x the largest P(x, y | z) of all y sum to {most:.6g}, more than 1"
    return said


def _size_by_outcome(instrument: int, cause: int, outcome: int) -> int:
    return instrument * cause * int(outcome**cause)


def _size_by_cause(instrument: int, cause: int, outcome: int) -> int:
    return int(cause**instrument) + (cause * outcome << instrument)


def _by_outcome(instrument: int, cause: int, outcome: int) -> Programme:
    """The variables p(x, ys | z), z first and ys last."""
    from scipy.sparse import block_diag, csr_matrix, eye, hstack, kron, vstack

    responses = np.indices((outcome,) * cause).reshape(cause, -1)
    count = outcome**cause
    # For every x and y the responses that give y there.
    gives = [
        csr_matrix((np.ones(count), (own, np.arange(count))), shape=(outcome, count))
        for own in responses
    ]
    margins = kron(eye(instrument), block_diag(gives))
    over_causes = kron(np.ones((1, cause)), eye(count))
    first = kron(np.ones((instrument - 1, 1)), over_causes)
    alike = hstack([-first, kron(eye(instrument - 1), over_causes)])
    # The potential outcomes are the same at every z; they are counted at the first.
    values = kron(np.ones((cause, 1)), hstack([each.T for each in gives]))
    elsewhere = csr_matrix(((instrument - 1) * cause * count, cause * outcome))
    return Programme(
        vstack([alike, margins]).tocsr(), alike.shape[0], vstack([values, elsewhere]).tocsr()
    )


def _by_cause(instrument: int, cause: int, outcome: int) -> Programme:
    """The variables P(r), and then v(x, S, y), x first and y last."""
    from scipy.sparse import bmat, csr_matrix, eye, kron, vstack

    responses = np.indices((cause,) * instrument).reshape(instrument, -1)
    count, sets = cause**instrument, 1 << instrument
    places = np.arange(instrument)[:, None]
    # A set of states of the instrument is a number whose bits are its members.
    taken = np.stack([((responses == state) << places).sum(axis=0) for state in range(cause)])
    rows = (np.arange(cause)[:, None] * sets + taken).reshape(-1)
    columns = np.tile(np.arange(count), cause)
    drawn = csr_matrix((np.ones(cause * count), (rows, columns)), shape=(cause * sets, count))
    members = csr_matrix((np.arange(sets) >> places & 1).astype(np.float64))
    by_state = kron(eye(cause), kron(members, eye(outcome))).tocsr()
    # These rows are by x, z and y.
    order = np.arange(cause * instrument * outcome).reshape(cause, instrument, outcome)
    margins = by_state[order.transpose(1, 0, 2).reshape(-1)]
    constraints = bmat([[-drawn, kron(eye(cause * sets), np.ones((1, outcome)))], [None, margins]])
    values = kron(eye(cause), kron(np.ones((sets, 1)), eye(outcome)))
    unweighed = csr_matrix((count, cause * outcome))
    return Programme(constraints.tocsr(), cause * sets, vstack([unweighed, values]).tocsr())
