"""Rules about tables: what each form must say, given the states and parents of its node."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from causal_model.spec.check_graph import known_names
from causal_model.spec.check_rows import MOST_VISITED, KeyedRows, given_in_words, listed
from causal_model.spec.graph_file import GraphFile, Node
from causal_model.spec.load import Path_
from causal_model.spec.table_forms import (
    CountsForm,
    DeterministicForm,
    NoisyMaxForm,
    RankedForm,
    Row,
    TableForm,
    TableSpec,
)
from causal_model.spec.validate import Checked

__all__ = ["check_table_rules"]

# A row may miss 1 by the first without a word, by the second with a warning.
SILENT, WARNED = 1e-6, 1e-3
# Mean rank, in states, by which a table must lean against its arrow's sign to be worth a warning.
LEAN = 0.02


def check_table_rules(checked: Checked[GraphFile]) -> None:
    """Report every breach of the rules T001 to T019."""
    graph = checked.model
    assert graph is not None
    for name, node in graph.nodes.items():
        known = all(
            parent in graph.nodes and not checked.touched("nodes", parent, "states")
            for parent in node.parents
        )
        shaped = not checked.touched("nodes", name, "states") and not checked.touched(
            "nodes", name, "parents"
        )
        if known and shaped and node.states:
            _Table(checked, graph, name, node, node.table, ("nodes", name, "table")).check()


@dataclass(frozen=True, eq=False)
class _Table:
    """One node's table under examination, or the elicited one inside it."""

    checked: Checked[GraphFile]
    graph: GraphFile
    name: str
    node: Node
    table: TableSpec
    place: Path_

    @cached_property
    def states(self) -> list[str]:
        return list(self.node.states)

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        return {parent: list(self.graph.nodes[parent].states) for parent in self.node.parents}

    @cached_property
    def rows(self) -> KeyedRows:
        return KeyedRows(self.checked, self.parents, self.place)

    def report(
        self, code: str, message: str, *path: str | int, hint: str = "", key: bool = False
    ) -> None:
        self.checked.report(code, message, (*self.place, *path), hint=hint, key=key)

    def check(self) -> None:
        if self.rows.fit(len(self.states)):
            self._form()

    def _form(self) -> None:
        table = self.table
        self._confidence(table.confidence, ())
        if isinstance(table, TableForm):
            self._rows(table.rows, complete=not self.checked.touched(*self.place, "rows"))
            self._signs(table.rows)
        elif isinstance(table, RankedForm):
            self._ranked(table)
        elif isinstance(table, NoisyMaxForm):
            self._noisy_max(table)
        elif isinstance(table, CountsForm):
            self._counts(table)
        else:
            self._deterministic(table)

    def _confidence(self, confidence: float | None, path: Path_) -> None:
        if confidence is not None and confidence < 0:
            self.report(
                "T017", f"confidence is {confidence:g}, expected 0 or more", *path, "confidence"
            )

    def _counts(self, table: CountsForm) -> None:
        prior = table.prior
        replace(self, table=prior, place=(*self.place, "prior"))._form()
        rows = prior.rows if isinstance(prior, TableForm) else ()
        by_row = bool(rows) and all(row.confidence is not None for row in rows)
        if table.confidence is None and prior.confidence is None and not by_row:
            told = "a table with counts needs a confidence: what the elicited rows weigh"
            self.report("T019", told, "prior", hint="0 lets the counts alone decide", key=True)
        for at, row in enumerate(table.rows):
            for state, count in row.counts.items():
                place = ("rows", at, "counts", state)
                if state not in self.node.states:
                    hint = self.checked.near(state, self.states) or known_names(self.states)
                    told = f"{self.name!r} has no state {state!r}"
                    self.report("T005", told, *place, hint=hint, key=True)
                elif count < 0:
                    self.report("T018", f"the count is {count:g}, expected 0 or more", *place)
        self.rows.check(table.rows, complete=False)

    def _rows(self, rows: Sequence[Row], *, complete: bool) -> None:
        for at, row in enumerate(rows):
            self._confidence(row.confidence, ("rows", at))
            shown = given_in_words(row.given)
            self._distribution(row.p, f"row {shown}" if shown else "the row", ("rows", at, "p"))
        self.rows.check(rows, complete=complete)

    def _distribution(self, p: Mapping[str, float], what: str, path: Path_) -> None:
        """Every state once, no other, and a sum of one."""
        unknown = {state for state in p if state not in self.node.states}
        for state in p:
            if state in unknown:
                hint = self.checked.near(state, self.states) or known_names(self.states)
                self.report(
                    "T005",
                    f"{what}: {self.name!r} has no state {state!r}",
                    *path,
                    state,
                    hint=hint,
                    key=True,
                )
        missing = [state for state in self.states if state not in p]
        # A misspelt state is one mistake, not also a missing one.
        if unknown or self.checked.touched(*self.checked.original((*self.place, *path))):
            return
        if missing:
            self.report("T006", f"{what} has no probability for {listed(missing)}", *path)
            return
        total = math.fsum(p.values())
        if abs(total - 1) > SILENT:
            warning = abs(total - 1) <= WARNED
            self.checked.report(
                "T001",
                f"{what} sums to {total:.6g}, expected 1",
                (*self.place, *path),
                hint="its numbers are divided by their sum" if warning else "",
                warning=warning,
            )

    def _signs(self, rows: Sequence[Row]) -> None:
        """Whether the child's mean rank moves with each parent as its arrow's sign says."""
        import numpy as np

        if not self.node.ordered:
            return
        rank = {state: at for at, state in enumerate(self.states)}
        means = np.full([len(states) for states in self.parents.values()], np.nan)
        visited = 0
        for row in rows:
            if row.given.keys() != self.parents.keys() or row.p.keys() != rank.keys():
                return
            if any(not self.rows.ranks[name].keys() >= set(own) for name, own in row.given.items()):
                return
            visited += math.prod(len(own) for own in row.given.values())
            if visited > MOST_VISITED:
                return
            mean = math.fsum(rank[state] * p for state, p in row.p.items())
            means[np.ix_(*self.rows.places(row))] = mean
        if np.isnan(means).any() or not means.size:
            return
        for axis, parent in enumerate(self.parents):
            sign = self.node.parents[parent].sign
            if sign == "mixed" or not self.graph.nodes[parent].ordered:
                continue
            ends = np.moveaxis(means, axis, 0)
            move = float(ends[-1].mean() - ends[0].mean())
            if move * (1 if sign == "positive" else -1) < -LEAN:
                self.checked.report(
                    "T016",
                    f"the arrow is {sign}, but in the table a high {parent} goes with a"
                    f" {'high' if move > 0 else 'low'} {self.name}",
                    ("nodes", self.name, "parents", parent, "sign"),
                    warning=True,
                )

    def _ranked(self, table: RankedForm) -> None:
        if not self.node.ordered:
            self.report("T011", f"a ranked table needs ordered states, {self.name!r} has none")
        moderator = table.moderator
        for parent in self.parents:
            if not self.graph.nodes[parent].ordered and parent != moderator:
                self.report(
                    "T011", f"a ranked table needs ordered parents, {parent!r} is not", "weights"
                )
        if moderator is not None and moderator not in self.parents:
            hint = self.checked.near(moderator, self.parents)
            self.report("T013", f"moderator {moderator!r} is not a parent", "moderator", hint=hint)
            return
        if moderator is None:
            if table.cases is not None:
                self.report("T013", "there are cases, but no moderator", "cases", key=True)
            self._case(table.weights, table.spread, table.typical, None, (), ("weights",))
        else:
            states = self.parents[moderator]
            cases = table.cases or {}
            for state in cases:
                if state not in states:
                    hint = self.checked.near(state, states) or known_names(states)
                    self.report(
                        "T013",
                        f"{moderator!r} has no state {state!r}",
                        "cases",
                        state,
                        hint=hint,
                        key=True,
                    )
            missing = [state for state in states if state not in cases]
            misspelt = any(state not in states for state in cases)
            if missing and not misspelt and not self.checked.touched(*self.place, "cases"):
                self.report("T013", f"there is no case for {listed(missing)}", "cases", key=True)
            for state, case in cases.items():
                if state in states:
                    self._case(
                        case.weights if case.weights is not None else table.weights,
                        case.spread if case.spread is not None else table.spread,
                        case.typical if case.typical is not None else table.typical,
                        moderator,
                        ("cases", state),
                        ("cases", state, "weights") if case.weights is not None else ("weights",),
                    )
        self._rows(table.rows, complete=False)

    def _case(
        self,
        weights: Mapping[str, float] | None,
        spread: float | None,
        typical: Mapping[str, float] | None,
        moderator: str | None,
        path: Path_,
        at_weights: Path_,
    ) -> None:
        wanted = [parent for parent in self.parents if parent != moderator]
        if spread is None:
            if not self.checked.touched(*self.place):
                self.report("T012", "a ranked table needs a spread", *path)
        elif spread <= 0:
            at = (*path, "spread") if path and self._says(path, "spread") else ("spread",)
            self.report("T012", f"the spread is {spread:g}, expected more than 0", *at)
        if typical is not None:
            at = (*path, "typical") if path and self._says(path, "typical") else ("typical",)
            self._distribution(typical, "typical", at)
        weights = weights or {}
        for parent, weight in weights.items():
            if parent not in wanted:
                hint = self.checked.near(parent, wanted) or known_names(wanted)
                told = "is the moderator" if parent == moderator else "is not a parent"
                self.report("T008", f"{parent!r} {told}", *at_weights, parent, hint=hint, key=True)
                continue
            sign = self.node.parents[parent].sign
            if weight == 0:
                self.report("T009", f"the weight of {parent!r} is 0", *at_weights, parent)
            elif sign != "mixed" and (weight > 0) != (sign == "positive"):
                self.report(
                    "T010",
                    f"the weight {weight:g} goes against the sign of the arrow, which is {sign}",
                    *(*at_weights, parent),
                )
        missing = [parent for parent in wanted if parent not in weights]
        misspelt = any(parent not in wanted for parent in weights)
        if missing and not misspelt and not self.checked.touched(*self.place, *at_weights):
            self.report("T008", f"there is no weight for {listed(missing)}", *at_weights, key=True)

    def _says(self, path: Path_, key: str) -> bool:
        return (*self.place, *path, key) in self.checked.document.values

    def _noisy_max(self, table: NoisyMaxForm) -> None:
        if not self.node.ordered:
            self.report("T011", f"a noisy-max needs ordered states, {self.name!r} has none")
        self._distribution(table.leak, "the leak", ("leak",))
        for parent, by_state in table.causes.items():
            if parent not in self.parents:
                hint = self.checked.near(parent, self.parents) or known_names(self.parents)
                self.report(
                    "T014", f"{parent!r} is not a parent", "causes", parent, hint=hint, key=True
                )
                continue
            for state, p in by_state.items():
                place = ("causes", parent, state)
                if state not in self.parents[parent]:
                    hint = self.checked.near(state, self.parents[parent])
                    self.report(
                        "T014", f"{parent!r} has no state {state!r}", *place, hint=hint, key=True
                    )
                    continue
                self._distribution(p, f"cause {parent}={state}", place)
        missing = [parent for parent in self.parents if parent not in table.causes]
        misspelt = any(parent not in self.parents for parent in table.causes)
        if missing and not misspelt and not self.checked.touched(*self.place, "causes"):
            self.report("T014", f"there is no cause for {listed(missing)}", "causes", key=True)

    def _deterministic(self, table: DeterministicForm) -> None:
        for at, row in enumerate(table.rows):
            if row.state not in self.node.states:
                hint = self.checked.near(row.state, self.states) or known_names(self.states)
                self.report(
                    "T005",
                    f"{self.name!r} has no state {row.state!r}",
                    "rows",
                    at,
                    "state",
                    hint=hint,
                )
        if table.default is not None and table.default not in self.states:
            hint = self.checked.near(table.default, self.states) or known_names(self.states)
            self.report(
                "T005", f"{self.name!r} has no state {table.default!r}", "default", hint=hint
            )
        complete = table.default is None and not self.checked.touched(*self.place, "rows")
        self.rows.check(table.rows, complete=complete)
