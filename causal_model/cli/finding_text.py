"""From the text of one option to what it names: a node, its states, and their weights."""

from collections.abc import Mapping, Sequence

from causal_model.errors import EvidenceError, did_you_mean
from causal_model.spec.check_graph import known_names
from causal_model.spec.scalars import number_hint, number_of

__all__ = ["require_one_state", "split_finding", "split_weights"]


def split_finding(
    text: str, option: str, nodes: Mapping[str, Sequence[str]], outcome: str | None = None
) -> tuple[str, str, bool]:
    """Split ``NODE=STATE`` or ``NODE!=STATE`` into node, rest, and whether it is an exclusion.

    Names may hold `=` themselves, so the longest node that fits is taken. A list of known nodes does not
    leave out the outcome.

    Raises:
        EvidenceError: there is no `=`, or no such node.
    """
    fitting = [node for node in nodes if text.startswith((f"{node}=", f"{node}!="))]
    if fitting:
        node = max(fitting, key=len)
        rest = text[len(node) :]
        excluded = rest.startswith("!=")
        return node, rest[2 if excluded else 1 :].strip(), excluded
    if "=" not in text:
        raise EvidenceError(
            f"--{option} {text}: expected NODE=STATE, for example {_example(nodes)}"
        )
    node = text.partition("=")[0].removesuffix("!").strip()
    if node in nodes:
        rest = text[text.index(node) + len(node) :].lstrip()
        return split_finding(node + rest, option, nodes, outcome)
    known = "Known" + known_names(nodes, likely=outcome).removeprefix("known")
    raise EvidenceError(
        f"--{option} {text}: there is no node {node!r}."
        + (did_you_mean(node, nodes) or f" {known}")
    )


def require_one_state(text: str, node: str, state: str, states: Sequence[str]) -> None:
    """Show how to say what some would say by `--given NODE=STATE,STATE` or `--given NODE==STATE`.

    Raises:
        EvidenceError: the state is several states, or begins with a second `=`.
    """
    if state in states:
        return
    if state.startswith("=") and state[1:].strip() in states:
        raise EvidenceError(f"--given {text}: write {node}={state[1:].strip()}, with a single =")
    several = [each.strip() for each in state.split(",")]
    if len(several) > 1 and all(each in states for each in several):
        weights = ",".join(f"{each}:1" for each in several)
        raise EvidenceError(
            f"--given {text}: a node was observed in one state; for one of several, use"
            f" --likelihood {node}={weights}"
        )


def split_weights(text: str, states: Sequence[str], where: str) -> dict[str, float]:
    """Read ``STATE:0.8,STATE:0.2``; names may hold `,` and `:` themselves.

    Raises:
        EvidenceError: a part is no STATE:NUMBER of this node, or a state comes twice.
    """
    numbers: dict[str, float] = {}
    rest = text.strip()
    while rest:
        fitting = [
            state
            for state in states
            if rest.startswith(state) and rest[len(state) :].lstrip().startswith(":")
        ]
        if not fitting:
            wrong = rest.partition(",")[0].partition(":")[0].strip()
            if wrong.isdecimal() and numbers:
                raise EvidenceError(f"{where}: numbers are written with a point, as 0.{wrong}")
            if wrong in states:
                raise EvidenceError(f"{where}: {wrong!r} has no number; expected {wrong}:NUMBER")
            raise EvidenceError(
                f"{where}: there is no state {wrong!r}."
                + (did_you_mean(wrong, states) or f" States: {', '.join(states)}")
            )
        state = max(fitting, key=len)
        number, _, rest = rest[len(state) :].lstrip()[1:].partition(",")
        rest = rest.strip()
        if state in numbers:
            raise EvidenceError(f"{where}: state {state!r} is given twice")
        found = number_of(number.strip())
        if found is None:
            hint = number_hint(number.strip())
            raise EvidenceError(
                f"{where}: {number.strip()!r} is not a number" + (f"; {hint}" if hint else "")
            )
        numbers[state] = found
    if not numbers:
        raise EvidenceError(f"{where}: expected STATE:NUMBER,...")
    return numbers


def _example(nodes: Mapping[str, Sequence[str]]) -> str:
    node, states = next(iter(nodes.items()))
    return f"{node}={states[0]}"
