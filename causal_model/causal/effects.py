"""What setting some nodes does to an outcome, beside what seeing them in the same states would tell.

To set nodes cuts the arrows into them [pearl1995]; what else is known is evidence after that. All settings
are rows of one batch. A setting may also replace what decides a node by a distribution over its states, a
policy that leaves it to chance: then the node is a root with that distribution.

P(y | do(x), e) equals P(y | x, e) whatever the tables are if, with the arrows out of X cut, X and Y are
separated given e: rule 2 of [pearl1995]. Where an open path is left it is a back-door path, and what is
seen is confounded by it. P(y | do(x), e) does not depend on x at all if X and Y are separated given e with
the arrows into X cut.

References:
    [pearl1995] Pearl, J. (1995). Causal diagrams for empirical research. Biometrika 82(4).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from causal_model.graph import Parents, cut, descendants, directed_path, open_path
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, stack
from causal_model.network import Array, Network

__all__ = ["DoneAndSeen", "Setting", "Structure", "done_and_seen", "structure_of"]

# The state of every set node, or a distribution over its states of shape (states,).
Setting = Mapping[str, int | Array]


@dataclass(frozen=True, slots=True, eq=False)
class DoneAndSeen:
    """The outcome under every setting.

    Attributes:
        done: P(outcome | do(setting), findings), of shape (settings, states); NaN where the findings
            are impossible under the setting.
        log_evidence: log P(evidence) under do(setting), of shape (settings,); -inf where impossible.
        seen: P(outcome | setting, findings), of shape (settings, states); NaN where that is impossible,
            and where the setting holds a distribution, which is nothing that can be seen.
    """

    done: Array
    log_evidence: Array
    seen: Array


@dataclass(frozen=True, slots=True)
class Structure:
    """What the arrows alone say of an effect, given what is known.

    Attributes:
        directed: a shortest path of arrows from a set node to the outcome; None if there is none.
        moved: whether the outcome can depend on the setting at all.
        back_door: a shortest path along which what is seen is confounded, in names and arrows; None if
            none is open, so that seeing equals doing.
        post_treatment: the nodes that something is known of and that the setting moves as well.
    """

    directed: tuple[str, ...] | None
    moved: bool
    back_door: tuple[str, ...] | None
    post_treatment: tuple[str, ...]


def done_and_seen(
    compiled: CompiledNetwork, settings: Sequence[Setting], findings: Findings, outcome: str
) -> DoneAndSeen:
    """Ask for an outcome under every setting.

    Args:
        compiled: the network.
        settings: all of the same nodes; nothing else is said of these.
        findings: a single question: what is known, and what is set besides.
        outcome: the node that is asked; none of those that are set.

    Raises:
        EvidenceError: beliefs that cannot hold together.
        TooLarge: the answer would take more memory than is allowed.
    """
    size = compiled.network.variables[outcome].size
    done, seen = (np.full((len(settings), size), np.nan) for _ in range(2))
    logs = np.full(len(settings), -np.inf)
    plain = {
        at: {name: state for name, state in each.items() if isinstance(state, int)}
        for at, each in enumerate(settings)
    }
    at = [at for at, states in plain.items() if len(states) == len(settings[at])]
    if at:
        network = compiled.network
        doing = [replace(findings, do={**findings.do, **plain[each]}) for each in at]
        found = compiled.posterior(stack(network, doing), [outcome])
        done[at], logs[at] = found.marginals[outcome], found.log_evidence
        seeing = [replace(findings, observed={**findings.observed, **plain[each]}) for each in at]
        seen[at] = compiled.posterior(stack(network, seeing), [outcome]).marginals[outcome]
    for each in set(plain) - set(at):
        other = CompiledNetwork(_under(compiled.network, settings[each]), compiled.max_memory)
        answer = other.posterior(findings, [outcome])
        done[each], logs[each] = answer.marginals[outcome], answer.log_evidence
    return DoneAndSeen(done, logs, seen)


def structure_of(
    parents: Parents, causes: Collection[str], outcome: str, findings: Findings
) -> Structure:
    """Tell what the arrows say of an effect.

    Args:
        parents: the graph.
        causes: the nodes that are set.
        outcome: the node that is asked.
        findings: a single question: what is known, and what is set besides.
    """
    also = set(findings.do)
    graph = cut(parents, into=also)
    bare = cut(graph, into=causes)
    paths = [directed_path(bare, name, outcome, avoiding=set(causes) - {name}) for name in causes]
    directed = min((path for path in paths if path), key=len, default=None)
    weighed = {name: np.count_nonzero(each) for name, each in findings.weights.items()}
    known = {*findings.observed, *also, *(name for name, count in weighed.items() if count == 1)}
    # To weigh a node is to see a sign of it, a child that nothing else hangs on.
    signs = {f"{name}\0": (name,) for name in (*weighed, *findings.beliefs) if name not in known}
    given = known | set(signs)
    evidence = dict.fromkeys((*findings.observed, *weighed, *findings.beliefs))
    below = descendants(bare, causes)
    return Structure(
        directed=directed,
        moved=open_path({**bare, **signs}, causes, [outcome], given) is not None,
        back_door=open_path({**cut(graph, out_of=causes), **signs}, causes, [outcome], given),
        post_treatment=tuple(name for name in parents if name in evidence and name in below),
    )


def _under(network: Network, setting: Setting) -> Network:
    """The network in which what is set is a root with its distribution."""
    roots = {}
    for name, own in setting.items():
        if isinstance(own, int):
            own = np.eye(network.variables[name].size)[own]
        roots[name] = own
    return replace(
        network,
        parents=MappingProxyType({**network.parents, **dict.fromkeys(roots, ())}),
        tables=MappingProxyType({**network.tables, **roots}),
    )
