"""A model: a graph ready to be asked. The one object that users of the Python interface hold."""

import hashlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import numpy as np

from causal_model import render
from causal_model.analysis.credible import DEFAULT_DRAWS, credible_each
from causal_model.analysis.strength import Strength, arrow_strengths
from causal_model.build import build_network, row_confidences, row_counts, utility_values
from causal_model.errors import (
    EvidenceError,
    GraphFileError,
    GraphFileWarning,
    ImpossibleEvidence,
    QueryError,
    TooLarge,
    did_you_mean,
)
from causal_model.formats.networkx_bridge import network_to_networkx
from causal_model.formats.pgmpy_bridge import (
    network_from_pgmpy,
    network_to_pgmpy,
    posterior_by_pgmpy,
)
from causal_model.formats.registry import FORMATS, format_of, reading_of, stem_of
from causal_model.graph import descendants
from causal_model.illustrate import picture_of
from causal_model.inference.columns import CellColumn, same_rows
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.conflicts import smallest_conflict
from causal_model.inference.dirichlets import Dirichlets
from causal_model.inference.draws import draw
from causal_model.inference.explanation import most_probable
from causal_model.inference.findings import Findings, bind, describe
from causal_model.inference.guard import check_listing
from causal_model.inference.intervals import Intervals
from causal_model.inference.result import EstimatedResult, MostProbable, Named, QueryResult
from causal_model.inference.table import ask_table
from causal_model.inference.weighting import estimate
from causal_model.library import GRAPH_SUFFIXES, find_graph, find_scenario, scenarios_of
from causal_model.network import Array, Network
from causal_model.notebook import interactive
from causal_model.render.picture import Picture
from causal_model.spec.check import read_graph, read_scenario
from causal_model.spec.evidence import Do, Evidence, Finding
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.scenario import Scenario

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from pgmpy.models import DiscreteBayesianNetwork

__all__ = ["Engine", "Model", "from_pgmpy", "load"]

Engine = Literal["own", "pgmpy"]
ENGINES: tuple[Engine, ...] = ("own", "pgmpy")
LANGUAGES = ("en", "zh-Hant")
# What an entry of a joint distribution takes besides the names of its states, dictionary and all.
JOINT_BYTES = 200
States = Mapping[str, str]
Numbers = Mapping[str, Mapping[str, float]]


class Told(TypedDict, total=False):
    """What questions take as findings; see `Model.query`."""

    given: States | None
    excluded: Mapping[str, str | Iterable[str]] | None
    likelihood: Numbers | None
    belief: Numbers | None
    do: States | None
    scenario: str | Path | None
    findings: Iterable[Finding | Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Model:
    """A graph ready to be asked; frozen, so a question never changes it.

    Attributes:
        network: variables, parents and tables.
        graph: what the graph file says besides (labels, sources, channels); None for networks from
            elsewhere.
        path: the graph file, which tells where scenarios are looked for; None if there is none.
        findings: what every question assumes, see `with_findings`.
        name: the id where there is no graph file.
        max_memory: bytes that one answer may take; None for a share of what is free.
    """

    network: Network
    graph: GraphFile | None = None
    path: Path | None = None
    findings: tuple[Finding, ...] = ()
    name: str = "network"
    max_memory: int | None = None
    _compiled: CompiledNetwork | None = field(default=None, repr=False)

    @cached_property
    def compiled(self) -> CompiledNetwork:
        """The network with its plans; shared by all models that come from one another."""
        shared = self._compiled
        if shared and shared.network is self.network and shared.max_memory == self.max_memory:
            return shared
        return CompiledNetwork(self.network, self.max_memory)

    @property
    def id(self) -> str:
        """The id of the graph; its name where there is no graph file."""
        return self.graph.id if self.graph else self.name

    @cached_property
    def hash(self) -> str:
        """A digest of names, states, arrows and tables: equal hashes give equal answers."""
        digest = hashlib.sha256()
        for name in sorted(self.network.variables):
            parts = (name, *self.network.variables[name].states, "", *self.network.parents[name])
            digest.update("\0".join(parts).encode() + b"\0\0")
            digest.update(np.ascontiguousarray(self.network.tables[name], dtype="<f8").tobytes())
        for name, (parents, values) in sorted(self.utilities.items()):
            digest.update("\0".join((name, *parents, "", "")).encode())
            digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
        return f"sha256:{digest.hexdigest()}"

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes: as the graph file lists them, else parents before children."""
        return tuple(self.graph.nodes if self.graph else self.network.variables)

    @property
    def outcome(self) -> str | None:
        """The node that the graph is about, if it names one."""
        return self.graph.outcome if self.graph else None

    @cached_property
    def utilities(self) -> Mapping[str, tuple[tuple[str, ...], Array]]:
        """The parents of every utility, and its values, of shape (*parent sizes,)."""
        return utility_values(self.graph) if self.graph else {}

    @property
    def decisions(self) -> tuple[str, ...]:
        """The nodes that somebody decides, in the order of the nodes."""
        return tuple(name for name in self.nodes if self.network.variables[name].is_decision)

    def states(self, node: str) -> tuple[str, ...]:
        """The states of a node, low to high where it is ordered.

        Raises:
            QueryError: there is no such node.
        """
        self._require([node])
        return self.network.variables[node].states

    @cached_property
    def prior(self) -> Mapping[str, Array]:
        """P(node) with no finding at all, for every node; arrays of shape (states,)."""
        return self.compiled.prior(self.nodes)

    @cached_property
    def dirichlets(self) -> Dirichlets:
        """How sure the rows of the tables are: a Dirichlet distribution for each that has a confidence.

        Raises:
            QueryError: the network comes from elsewhere, where rows have none.
        """
        if self.graph is None:
            raise QueryError(
                f"{self.id!r} does not come from a graph file, so no row of its tables has a confidence,"
                " and there is no telling how sure its answers are"
            )
        return Dirichlets(self.network, row_confidences(self.graph))

    @cached_property
    def strengths(self) -> Mapping[tuple[str, str], Strength]:
        """How strong every arrow is with nothing given, by (parent, child).

        Raises:
            TooLarge: the graph is too wide to be asked for all tables at once.
        """
        nodes = self.graph.nodes if self.graph else {}
        return arrow_strengths(
            self.compiled,
            self.outcome,
            ordered=[name for name, node in nodes.items() if node.ordered],
            low=nodes[self.outcome].low if self.outcome else (),
        )

    def query(
        self,
        target: str | Iterable[str] | None = None,
        *,
        given: States | None = None,
        excluded: Mapping[str, str | Iterable[str]] | None = None,
        likelihood: Numbers | None = None,
        belief: Numbers | None = None,
        do: States | None = None,
        scenario: str | Path | None = None,
        findings: Iterable[Finding | Mapping[str, Any]] = (),
        engine: Engine = "own",
        interval: float | None = None,
        draws: int = DEFAULT_DRAWS,
        seed: int = 0,
    ) -> QueryResult:
        """Ask for the posterior of one or more nodes; all findings given are taken together.

        Args:
            target: a node or several; default the graph's outcome.
            given: node to the state it was observed in.
            excluded: node to a state, or states, that it is known not to be in.
            likelihood: node to weights by state, P(what was seen | state) up to a factor.
            belief: node to the distribution that its posterior shall have (Jeffrey's rule).
            do: node to the state that somebody sets it to; the arrows into it are cut.
            scenario: name of a scenario beside the graph, or path of a scenario file.
            findings: further findings, as values or as mappings with `node`, `kind` and what it says.
            engine: "own", or "pgmpy" for a second opinion by its variable elimination.
            interval: ask for credible intervals as well, with this probability within, such as 0.9: every
                row of the tables that has a confidence is drawn around what it says.
            draws: how many draws of the tables, with `interval`.
            seed: of the source of chance, with `interval`; under one seed all answers of a graph are
                asked of the same draws.

        Returns:
            Prior and posterior by node and state, and P(evidence).

        Raises:
            EvidenceError: a finding names something unknown, or findings contradict each other.
            ImpossibleEvidence: the evidence has probability zero; names a smallest conflict.
            QueryError: unknown target or engine, or no target given and the graph has no outcome; for
                intervals also a row of confidence 0 that matters, or no row with a confidence.
        """
        if engine not in ENGINES:
            raise QueryError(
                f"there is no engine {engine!r}.{_near(engine, ENGINES)} Known: {', '.join(ENGINES)}"
            )
        if interval is not None and engine != "own":
            raise QueryError(f"intervals are answered by our own engine, not by {engine}")
        targets = self.targets(target)
        told = self._told(given, excluded, likelihood, belief, do, scenario, findings)
        told = self._with_status_quo(told, targets)
        bound = bind(self.network, told)
        prior: Mapping[str, Array]
        if engine == "pgmpy":
            prior = posterior_by_pgmpy(self.network, Findings(), targets).marginals
            posterior = posterior_by_pgmpy(self.network, bound, targets)
        else:
            prior = self.compiled.prior(targets)
            posterior = self.compiled.posterior(bound, targets)
        if np.isneginf(posterior.log_evidence):
            raise self._impossible(told)
        return QueryResult(
            graph_id=self.id,
            graph_hash=self.hash,
            findings=told,
            log_evidence_probability=_log_probability(float(posterior.log_evidence)),
            prior=self._named(prior, targets),
            posterior=self._named(posterior.marginals, targets),
            interval=(
                None
                if interval is None
                else self.intervals([told], targets, interval, draws, seed)[0]
            ),
            _model=self,
        )

    def query_many(
        self, frame: "pd.DataFrame", target: str | Iterable[str] | None = None
    ) -> "pd.DataFrame":
        """Ask the same question under every row of a table; equal rows are asked once.

        Args:
            frame: a column per node (or `likelihood:NODE`, `belief:NODE`, `do:NODE`); a cell holds a
                state, `!=state`, or `state:0.8|state:0.2`; empty cells say nothing.
            target: a node or several; default the graph's outcome.

        Returns:
            A row per row, with the same index: `NODE=STATE` columns with the posterior, and
            `log_evidence_probability`. Where the evidence is impossible the posterior is NaN and the
            logarithm -inf.

        Raises:
            EvidenceError: a row names something unknown or contradicts itself; says which.
            QueryError: unknown target, or this is no table.
        """
        import pandas as pd

        if not isinstance(frame, pd.DataFrame):
            raise QueryError(
                f"expected a pandas DataFrame with a column per node, got {_shown(frame)}"
            )
        targets = self.targets(target)
        doubled = frame.columns[frame.columns.duplicated()]
        if len(doubled):
            raise QueryError(f"column {str(doubled[0])!r} comes twice")
        columns = [_cells_of(str(name), column) for name, column in frame.items()]
        first, number = same_rows(columns, len(frame))
        kept = [column.take(first) for column in columns]
        answers = ask_table(self.compiled, kept, len(first), targets, self.findings)
        if answers.problems:
            row, problem = min((int(first[at]), text) for at, text in answers.problems.items())
            raise EvidenceError(f"row {row + 1}: {problem}")
        found = {
            f"{name}={state}": answers.marginals[name][number, at]
            for name in targets
            for at, state in enumerate(self.network.variables[name].states)
        }
        found["log_evidence_probability"] = answers.log_evidence[number]
        return pd.DataFrame(found, index=frame.index)

    def estimate(
        self,
        target: str | Iterable[str] | None = None,
        *,
        draws: int = 100_000,
        seed: int = 0,
        **told: Unpack[Told],
    ) -> EstimatedResult:
        """Answer like `query`, but by sampling: for graphs that are too wide for an exact answer.

        Args:
            target: a node or several; default the graph's outcome.
            draws: how many weighted draws.
            seed: of the source of chance.
            **told: findings as in `query`; beliefs are refused.

        Raises:
            EvidenceError: a finding names something unknown, or is a belief.
            QueryError: the draws weigh so differently that their number is worth less than 100.
        """
        targets = self.targets(target)
        found = self._with_status_quo(self._told(**told), targets)
        rng = np.random.default_rng(seed)
        bound = bind(self.network, found)
        before = estimate(self.network, Findings(), targets, draws=draws, rng=rng)
        after = estimate(self.network, bound, targets, draws=draws, rng=rng)
        return EstimatedResult(
            graph_id=self.id,
            graph_hash=self.hash,
            findings=found,
            log_evidence_probability=after.log_evidence,
            prior=self._named(before.marginals, targets),
            posterior=self._named(after.marginals, targets),
            draws=draws,
            seed=seed,
            effective_sample_size=after.effective_sample_size,
            log_evidence_error=after.log_evidence_error,
            standard_errors=self._named(after.standard_errors, targets),
            _model=self,
        )

    def most_probable(
        self, among: str | Iterable[str] | None = None, **told: Unpack[Told]
    ) -> MostProbable:
        """The most probable states: of all nodes (MPE), or of some with the rest summed out (MAP).

        Args:
            among: a node or several; default all nodes.
            **told: findings as in `query`.

        Raises:
            EvidenceError: a finding names something unknown, or findings contradict each other.
            ImpossibleEvidence: the evidence has probability zero.
            TooLarge: the answer would take more memory than is allowed.
        """
        names = self.nodes if among is None else self.targets(among)
        found = self._with_status_quo(self._told(**told), names)
        best = most_probable(self.compiled, bind(self.network, found), names)
        if np.isneginf(best.log_evidence):
            raise self._impossible(found)
        states = {name: self.network.variables[name].states[at] for name, at in best.states.items()}
        return MostProbable(
            self.id, self.hash, found, best.log_evidence, states, best.log_probability, best.tied
        )

    def joint(self, targets: Iterable[str], **told: Unpack[Told]) -> dict[tuple[str, ...], float]:
        """P(targets together | findings), by their states in the order of the targets.

        Raises:
            EvidenceError: a finding names something unknown, or findings contradict each other.
            ImpossibleEvidence: the evidence has probability zero.
            TooLarge: there are too many states together.
        """
        names = self.targets(targets)
        found = self._told(**told)
        bound = bind(self.network, found)
        sizes = {name: self.network.variables[name].size for name in names}
        # A tuple, a number and their place in a dictionary take far more than an entry of the table.
        check_listing(sizes, JOINT_BYTES + 8 * len(names), self.max_memory)
        log_evidence, table = self.compiled.joint(bound, names)
        if np.isneginf(log_evidence):
            raise self._impossible(found)
        states = product(*(self.network.variables[name].states for name in names))
        return dict(zip(states, table.reshape(-1).tolist(), strict=True))

    def sample(self, draws: int, *, seed: int = 0, **told: Unpack[Told]) -> "pd.DataFrame":
        """Independent draws of all nodes from their joint posterior, a row each.

        Args:
            draws: how many.
            seed: of the source of chance; the same seed gives the same rows.
            **told: findings as in `query`.

        Raises:
            EvidenceError: a finding names something unknown, or findings contradict each other.
            ImpossibleEvidence: the evidence has probability zero.
            QueryError: the number of draws is negative.
            TooLarge: the network is too wide for the memory that is allowed.
        """
        import pandas as pd

        if draws < 0:
            raise QueryError(f"the number of draws is {draws}, expected 0 or more")
        found = self._told(**told)
        rng = np.random.default_rng(seed)
        log_evidence, states = draw(self.compiled, bind(self.network, found), draws, rng)
        if np.isneginf(log_evidence):
            raise self._impossible(found)
        return pd.DataFrame(
            {
                name: np.array(self.network.variables[name].states)[states[name]]
                for name in self.nodes
            }
        )

    def with_findings(
        self,
        *,
        given: States | None = None,
        excluded: Mapping[str, str | Iterable[str]] | None = None,
        likelihood: Numbers | None = None,
        belief: Numbers | None = None,
        do: States | None = None,
        scenario: str | Path | None = None,
    ) -> "Model":
        """A new model that assumes these findings in every question; this one stays as it is."""
        told = self._told(given, excluded, likelihood, belief, do, scenario)
        bind(self.network, told)
        return replace(self, findings=told, _compiled=self.compiled)

    def told(self, **told: Unpack[Told]) -> tuple[Finding, ...]:
        """All findings that a question would take, in the order: assumed, of the scenario, given here.

        Raises:
            EvidenceError: a finding makes no sense, or has no place in such a question.
        """
        return self._told(**told)

    def scenarios(self) -> dict[str, Scenario]:
        """The scenarios that lie beside the graph file, by file name, in their own order.

        There are none for networks from elsewhere.

        Raises:
            GraphFileError: one of them cannot be read; see `scenario_files` for the others.
        """
        found, broken = self.scenario_files()
        for error in broken.values():
            raise error
        return found

    def scenario_files(self) -> tuple[dict[str, Scenario], dict[str, GraphFileError]]:
        """The scenarios beside the graph file as `scenarios` gives them, and what is wrong with others."""
        found: dict[str, Scenario] = {}
        broken: dict[str, GraphFileError] = {}
        for name, path in (scenarios_of(self.path) if self.path else {}).items():
            try:
                found[name] = read_scenario(path)
            except GraphFileError as error:
                broken[name] = error
        return dict(sorted(found.items(), key=lambda each: (each[1].order, each[0]))), broken

    def render(
        self, path: str | Path, *, result: QueryResult | None = None, lang: str = "en"
    ) -> list[str]:
        """Draw the graph with belief bars; the suffix decides: svg, png, pdf, dot or mmd.

        Args:
            path: the file to write; it is replaced only when the picture is whole.
            result: an answer whose findings and posteriors are drawn; default no findings.
            lang: language of the labels, "en" or "zh-Hant".

        Returns:
            Remarks, for example on characters for which no font was found.

        Raises:
            RenderError: unknown suffix, or the file cannot be written.
        """
        return render.write(self.picture(result, lang=lang), Path(path))

    def picture(self, result: QueryResult | None = None, *, lang: str = "en") -> Picture:
        """What `render` draws, as a value: boxes with bars, and arrows."""
        findings = self.findings if result is None else result.findings
        bare = replace(self, findings=(), _compiled=self.compiled)
        if self.nodes:
            whole = bare.query(self.nodes, findings=findings)
        else:
            whole = QueryResult(self.id, self.hash, (), 0.0, {}, {})
        strengths: Mapping[tuple[str, str], Strength] = {}
        # All arrows alike are better than no picture.
        with suppress(TooLarge):
            strengths = self.strengths
        return picture_of(self.network, whole, graph=self.graph, lang=lang, strengths=strengths)

    def interactive(self, *, lang: str = "en") -> Any:
        """The page of the graph for a notebook: click on a state, and all bars move.

        It is the same page as that of `causal-model report`, with an exact engine inside, so it needs
        neither a server nor this process; findings that the model assumes are left out.

        Args:
            lang: the language that it opens in, "en" or "zh-Hant".

        Returns:
            A value that shows itself; `html` is the page as text.

        Raises:
            QueryError: there is no such language.
        """
        if lang not in LANGUAGES:
            raise QueryError(
                f"there is no language {lang!r}.{_near(lang, LANGUAGES)} Known: {', '.join(LANGUAGES)}"
            )
        return interactive(self, lang)

    def to_pgmpy(self) -> "DiscreteBayesianNetwork":
        """The network as pgmpy's `DiscreteBayesianNetwork`; findings stay behind."""
        return network_to_pgmpy(self.network)

    def to_networkx(self) -> "nx.DiGraph[str]":
        """The network as a networkx graph, with states, tables, labels and signs as attributes."""
        return network_to_networkx(self.network, self.graph)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        shown = {"text/plain": repr(self)}
        # What is assumed may be impossible, or the graph too wide; a notebook still shows its name.
        with suppress(ImpossibleEvidence, TooLarge):
            shown["image/svg+xml"] = render.to_bytes(self.picture(), "svg").decode()
        return shown

    def __repr__(self) -> str:
        arrows = sum(len(above) for above in self.network.parents.values())
        return (
            f"<Model {self.id!r}: {len(self.nodes)} nodes, {arrows} arrows, outcome {self.outcome}>"
        )

    def targets(self, target: str | Iterable[str] | None = None) -> tuple[str, ...]:
        """The nodes that a question is about, each once: those named, else the graph's outcome.

        Raises:
            QueryError: unknown target, or none given and the graph has no outcome.
        """
        if target is None:
            if self.outcome is None:
                raise QueryError("this graph names no outcome: say which node is the target")
            return (self.outcome,)
        if isinstance(target, str) or not isinstance(target, Iterable):
            target = (target,)
        asked = tuple(target)
        if not asked:
            raise QueryError("no target was named")
        self._require(asked)
        return tuple(dict.fromkeys(asked))

    def _told(
        self,
        given: States | None = None,
        excluded: Mapping[str, str | Iterable[str]] | None = None,
        likelihood: Numbers | None = None,
        belief: Numbers | None = None,
        do: States | None = None,
        scenario: str | Path | None = None,
        findings: Iterable[Finding | Mapping[str, Any]] = (),
    ) -> tuple[Finding, ...]:
        """All findings in the order: assumed, of the scenario, given here.

        What says the same again is dropped; but likelihoods are independent signs, and multiply.
        """
        told = list(self.findings)
        if scenario is not None:
            told += read_scenario(find_scenario(scenario, self.path)).all_findings()
        told += Evidence.of(
            given=given,
            excluded=excluded,
            likelihood=likelihood,
            belief=belief,
            do=do,
            findings=_listed(findings),
        ).all_findings()
        kept: dict[object, Finding] = {}
        for at, each in enumerate(told):
            kept.setdefault(at if each.kind == "likelihood" else each.model_dump_json(), each)
        return tuple(kept.values())

    def _with_status_quo(
        self, told: tuple[Finding, ...], targets: Iterable[str]
    ) -> tuple[Finding, ...]:
        """The same findings, and said aloud what they leave to the status quo.

        A decision that nobody makes is its first option. That is what its table says, so no number
        depends on it; it is told where the answer is about the decision or about what may follow from it.
        """
        concerned = {*targets, *(each.node for each in told)}
        made = {each.node for each in told}
        return told + tuple(
            Do(node=name, state=self.states(name)[0])
            for name in self.decisions
            if name not in made and concerned & {name, *descendants(self.network.parents, [name])}
        )

    def _require(self, nodes: Iterable[str]) -> None:
        for node in nodes:
            if not isinstance(node, str):
                raise QueryError(f"expected the name of a node as text, got {_shown(node)}")
            if node in self.utilities:
                raise QueryError(
                    f"{node!r} is a utility, which has values and no probabilities; `decide` weighs it"
                )
            if node not in self.network.variables:
                near = did_you_mean(node, self.nodes) or f" Known: {', '.join(self.nodes[:12])}"
                raise QueryError(f"there is no node {node!r}.{near}")

    def _named(self, marginals: Mapping[str, Array], targets: Iterable[str]) -> Named[Named[float]]:
        found = {
            name: Named(
                f"node {name!r} has no state",
                dict(
                    zip(self.network.variables[name].states, marginals[name].tolist(), strict=True)
                ),
            )
            for name in targets
        }
        return Named("there was no question about", found)

    def intervals(
        self,
        questions: Sequence[Sequence[Finding]],
        targets: Sequence[str],
        level: float,
        draws: int = DEFAULT_DRAWS,
        seed: int = 0,
    ) -> list[Intervals]:
        """Intervals of several answers, all under the same draws of the tables.

        Args:
            questions: the findings of answers, `QueryResult.findings`.
            targets: the nodes that each was asked.
            level: the probability within an interval.
            draws: how many draws of the tables.
            seed: of the source of chance.

        Raises:
            QueryError: a row that matters has confidence 0, or no row that matters has a confidence.
            TooLarge: it would take more memory than is allowed.
        """
        dirichlets = self.dirichlets
        assert self.graph is not None
        nodes = self.graph.nodes
        return credible_each(
            dirichlets,
            [bind(self.network, each) for each in questions],
            targets,
            level=level,
            draws=draws,
            seed=seed,
            about=self.outcome if self.outcome in targets else None,
            low={name: node.low for name, node in nodes.items()},
            counts=row_counts(self.graph),
            forms={name: node.table.form for name, node in nodes.items()},
            where=f"{self.path}: " if self.path else "",
            max_memory=self.max_memory,
        )

    def _impossible(self, told: tuple[Finding, ...]) -> ImpossibleEvidence:
        try:
            found: Sequence[Finding] = smallest_conflict(self.compiled, told)
        except TooLarge:
            found = told  # without some of its findings the graph is too wide to be asked
        conflict = tuple(describe(each) for each in found)
        return ImpossibleEvidence(
            "the evidence has probability zero under this graph; these findings cannot hold together: "
            + ", ".join(conflict),
            conflict,
        )


def _log_probability(value: float) -> float:
    """Rounding does not make anything more than certain."""
    return 0.0 if 0 < value < 1e-12 else value


def load(name: str | Path) -> Model:
    """Load a graph: a shipped one by its id, a graph file or a network file by its path.

    The suffix decides: .yaml and .yml are graph files, all else is a format of another program (see
    `causal_model.formats.registry`). What such a file gets slightly wrong is a `GraphFileWarning`.

    Raises:
        QueryError: no such shipped graph.
        GraphFileError: the suffix is unknown, the file cannot be read, or it holds mistakes.
    """
    path = find_graph(name)
    if path.suffix.lower() in GRAPH_SUFFIXES:
        graph = read_graph(path)
        return Model(build_network(graph), graph, path)
    if format_of(path) is None:
        known = ", ".join((*GRAPH_SUFFIXES, *FORMATS))
        what = f"the suffix {path.suffix!r} is unknown" if path.suffix else "the file has no suffix"
        raise GraphFileError(f"{path}: {what}.{did_you_mean(path.suffix, FORMATS)} Known: {known}")
    reading = reading_of(path)
    for remark in reading.remarks:
        warnings.warn(str(remark), GraphFileWarning, stacklevel=2)
    return Model(reading.network, path=path, name=stem_of(path))


def from_pgmpy(network: "DiscreteBayesianNetwork") -> Model:
    """Take over a pgmpy network; names and states become text.

    Raises:
        GraphFileError: a node has no table, or names collide as text.
    """
    return Model(network_from_pgmpy(network))


def _cells_of(name: str, column: "pd.Series[Any]") -> CellColumn:
    """A column of a frame as different cells; None, NaN and "" say nothing."""
    import pandas as pd

    try:
        codes, different = pd.factorize(column)
    except TypeError:
        # Lists and the like, of which no two are said to be equal; an array is shown as a list.
        listed = [each.tolist() if isinstance(each, np.ndarray) else each for each in column]
        codes, different = np.arange(len(column)), pd.Index(listed, dtype=object)
    cells = different.tolist()
    if "" in cells:
        codes = np.where(codes == cells.index(""), -1, codes)
    return CellColumn(name, cells, codes.astype(np.intp))


def _listed(findings: Any) -> Any:
    """Findings as a list; what cannot be one is left for the check of findings to refuse."""
    plain = isinstance(findings, (str, Mapping)) or not isinstance(findings, Iterable)
    return findings if plain else list(findings)


def _near(wrong: object, known: Iterable[str]) -> str:
    return did_you_mean(wrong, known) if isinstance(wrong, str) else ""


def _shown(value: object) -> str:
    """A value in an error: short, with its type where it is no plain one."""
    text = repr(value)
    whole = len(text) <= 60 and "\n" not in text
    return text if whole else f"a value of type {type(value).__name__}"
