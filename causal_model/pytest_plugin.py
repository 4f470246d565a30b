"""Claims files as tests of pytest: `pytest graphs/` judges every claim of every graph.

A YAML file in a folder `claims/`, beside the graph that it is about, is collected, and each of its claims
is a test. A claim with the severity warn that does not hold is an expected failure; a dropped one is
skipped. pytest loads this module whenever it starts, so nothing heavy is imported before such a file is
found.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from causal_model.claims.report import ClaimResult

__all__ = ["ClaimItem", "ClaimsFileItems", "pytest_collect_file"]

# What makes a YAML file in a folder called claims/ one of ours, and not of another program; one that says
# none of this is ours if there is a graph of its name.
KEYS = {"claims", "inherits", "replaces", "contradicts", "drops"}


class ClaimNotHeld(Exception):
    """A claim that must hold does not, or cannot be judged."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ClaimsFileItems | None":
    """Collect the YAML files in folders that are called claims/."""
    if file_path.parent.name != "claims" or file_path.suffix not in (".yaml", ".yml"):
        return None
    return ClaimsFileItems.from_parent(parent, path=file_path)


class ClaimsFileItems(pytest.File):
    """A claims file; its graph is the one that it names, in the folder above."""

    def collect(self) -> Iterator["ClaimItem"]:
        """Judge all claims together, and give each of them as a test."""
        from causal_model.claims.check import claims_of, judged
        from causal_model.errors import CausalModelError
        from causal_model.model import load
        from causal_model.spec.check_claims import graph_beside
        from causal_model.spec.load import load_text, read_text

        try:
            data = load_text(read_text(self.path), str(self.path)).data
            ours = isinstance(data, dict) and KEYS & set(data)
            named = data.get("graph") if ours else self.path.stem
            graph = graph_beside(self.path.parent, str(named))
            if graph is None and not ours:
                return
            if graph is None:
                raise self.CollectError(
                    f"{self.path}: there is no graph {named!r} in the folder above"
                )
            model = load(graph)
            results = judged(model, claims_of(model, self.path)).results
        except CausalModelError as error:
            raise self.CollectError(str(error)) from None
        for each in results:
            yield ClaimItem.from_parent(self, name=each.id, result=each)


class ClaimItem(pytest.Item):
    """One claim."""

    def __init__(self, *, result: "ClaimResult", **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.result = result

    def runtest(self) -> None:
        """Pass, fail, or say that a claim is a warning or dropped."""
        result = self.result
        if result.verdict == "dropped":
            pytest.skip(result.reason)
        if result.failed:
            raise ClaimNotHeld
        if result.verdict != "pass":
            pytest.xfail(self.told())

    def told(self) -> str:
        """The claim, what was measured, and why that is not enough."""
        held, judgement = self.result.held, self.result.judgement
        lines = [" ".join(held.claim.statement.split())]
        if judgement and judgement.told:
            lines.append(f"measured: {judgement.told}")
        if self.result.reason:
            lines.append(self.result.reason)
        lines += [f"{each.source}: {each.quote}" for each in held.claim.sources if each.quote]
        return "\n".join(lines)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """The claim instead of a traceback; a fault of the program keeps its traceback."""
        if isinstance(excinfo.value, ClaimNotHeld):
            return self.told()
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The claims file, the line of the claim from 0, and its name."""
        return self.path, self.result.held.span.line - 1, self.name
