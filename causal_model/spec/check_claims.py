"""Rules about claims files: statements are in the notation and fit the graph, inheritance is sound.

A claim that a variant inherits and that names what the variant does not have is no mistake: it cannot
concern the variant, so it is listed as dropped, with the reason.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from causal_model.errors import StatementError
from causal_model.notation.fit import Misfit, Vocabulary, misfits
from causal_model.notation.read import parse_statement
from causal_model.notation.statement import Statement
from causal_model.spec.check_graph import known_names
from causal_model.spec.claims import Change, Claim, ClaimsFile, HeldClaim
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, Span, has_errors, in_order
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import Path_, lines_of, load_text, read_text
from causal_model.spec.scalars import Text
from causal_model.spec.validate import Checked, hold_against

__all__ = [
    "Setting",
    "check_claims_text",
    "graph_beside",
    "read_claims",
    "setting_of",
    "taken_over",
]

DEEPEST = 10
SUFFIXES = (".yaml", ".yml")
# Misfits that only say that a graph lacks something; others are wrong on any graph.
LACKING = ("C002", "C003", "C004", "C005")
CHANGES = ("replaces", "contradicts", "drops")


@dataclass(frozen=True, slots=True)
class Setting:
    """What claims are held against.

    Attributes:
        known: the names that statements may use.
        sources: the sources that claims may cite; None for any.
    """

    known: Vocabulary
    sources: Collection[str] | None = None


def setting_of(graph: GraphFile, scenarios: Collection[str] | None = None) -> Setting:
    """What claims about a graph file are held against."""
    nodes = {name: tuple(node.states) for name, node in graph.nodes.items()}
    valued = [
        name
        for name, node in graph.nodes.items()
        if all(state.value is not None for state in node.states.values())
    ]
    unordered = [name for name, node in graph.nodes.items() if not node.ordered]
    known = Vocabulary(nodes, unordered, valued, scenarios, tuple(graph.channels), graph.outcome)
    return Setting(known, tuple(graph.sources))


def read_claims(path: str | Path, setting: Setting | None = None) -> tuple[HeldClaim, ...]:
    """Read a claims file and all that it inherits.

    Args:
        path: the file.
        setting: what it is held against; None checks the notation only.

    Raises:
        InvalidGraphFile: it has mistakes; lists all of them.
    """
    held, found = check_claims_text(read_text(path), str(path), Path(path).parent, setting)
    if held is None:
        raise InvalidGraphFile(found)
    return held


def taken_over(held: Iterable[HeldClaim], setting: Setting) -> tuple[HeldClaim, ...]:
    """The claims of an extended graph as those of a variant that says nothing about them."""
    return tuple(_taken_over(each, setting) for each in held)


def check_claims_text(
    text: str, name: str, folder: Path, setting: Setting | None = None
) -> tuple[tuple[HeldClaim, ...] | None, list[Diagnostic]]:
    """Check the text of a claims file.

    Args:
        text: the text.
        name: how the file is called in messages.
        folder: where files that it inherits from are looked for.
        setting: what it is held against; None checks the notation only.

    Returns:
        The claims as they stand, None if there is any error; and all mistakes in the order of the file.
    """
    held, found = _checked(text, name, folder, setting, ())
    found = in_order(found)
    return (None if has_errors(found) else held), found


def _checked(
    text: str, name: str, folder: Path, setting: Setting | None, chain: tuple[Path, ...]
) -> tuple[tuple[HeldClaim, ...], list[Diagnostic]]:
    checked = hold_against(ClaimsFile, load_text(text, name))
    file = checked.model
    if file is None:
        return (), checked.diagnostics
    path = Path(name)
    if path.suffix.lower() in SUFFIXES and file.graph != path.stem and not checked.touched("graph"):
        checked.report(
            "C008",
            f"the claims are about {file.graph!r}, and the file is called {path.stem!r}",
            ("graph",),
            hint="claims are found by the name of the graph's file",
            warning=True,
        )
    inherited = _inherited(checked, file, folder, chain)
    reading = _Reading(checked, text, setting)
    return tuple(_resolved(reading, file, inherited)), checked.diagnostics


def _inherited(
    checked: Checked[ClaimsFile], file: ClaimsFile, folder: Path, chain: tuple[Path, ...]
) -> dict[str, HeldClaim] | None:
    """The claims of the file that is inherited from, by id; None if that cannot be said."""
    if file.inherits is None:
        return {}

    def refuse(code: str, message: str, hint: str = "") -> None:
        checked.report(code, message, ("inherits",), hint=hint)

    wanted = file.inherits
    if Path(wanted).name != wanted or "\\" in wanted or "\0" in wanted:
        refuse("E002", f"{wanted!r} is no name of a file", "name a claims file of this folder")
        return None
    try:
        path = (folder / wanted).resolve()
    except (OSError, RuntimeError):
        refuse("E001", f"{wanted!r} is a link that leads nowhere")
        return None
    if not path.is_relative_to(folder.resolve()):
        refuse("E002", f"{wanted!r} leads out of the folder", "claims stay with their graph")
        return None
    if path in chain:
        names = " -> ".join(each.name for each in (*chain[chain.index(path) :], path))
        refuse("E003", f"files inherit from each other in a circle: {names}")
        return None
    if len(chain) >= DEEPEST:
        refuse("E004", f"more than {DEEPEST} files inherit from one another")
        return None
    shown = str(Path(checked.document.values[()].file).parent / wanted)
    try:
        text = read_text(path, shown)
    except InvalidGraphFile as error:
        first = error.diagnostics[0]
        refuse("E001", f"{wanted!r} {first.message}", first.hint)
        return None
    held, found = _checked(text, shown, path.parent, None, (*chain, path))
    checked.diagnostics += found
    return None if has_errors(found) else {each.id: each for each in held}


@dataclass(frozen=True, slots=True)
class _Reading:
    """A claims file while its statements are read."""

    checked: Checked[ClaimsFile]
    text: str
    setting: Setting | None

    def statement(self, text: str, place: Path_) -> Statement | None:
        """Read a statement and hold it against the graph; mistakes are reported where they stand."""
        try:
            found = parse_statement(text)
        except StatementError as error:
            self.report("C001", error.reason, text, error.at, place, error.hint)
            return None
        for each in misfits(found, self.setting.known) if self.setting else ():
            self.report(each.code, each.message, text, each.at, place, each.hint)
        return found

    def report(
        self, code: str, message: str, text: str, at: tuple[int, int], place: Path_, hint: str
    ) -> None:
        span = self.checked.document.value_span(self.checked.original(place))
        self.checked.add(code, message, _within(self.text, span, text, at), hint)

    def sources(self, claim: Claim | Change, place: Path_) -> None:
        known = self.setting.sources if self.setting else None
        for at, each in enumerate(claim.sources if known is not None else ()):
            if known is not None and each.source not in known:
                hint = self.checked.near(each.source, known) or known_names(known)
                message = f"the graph has no source {each.source!r}"
                self.checked.report("G004", message, (*place, "sources", at, "source"), hint=hint)

    def span(self, place: Path_) -> Span:
        return self.checked.document.key_span(self.checked.original(place))


def _resolved(
    reading: _Reading, file: ClaimsFile, inherited: dict[str, HeldClaim] | None
) -> list[HeldClaim]:
    """The claims as they stand: those that are inherited in their order, then own ones."""
    found: list[HeldClaim] = []
    changes = {kind: getattr(file, kind) for kind in CHANGES}
    _check_changes(reading.checked, file, changes, inherited)
    for id_, old in (inherited or {}).items():
        if id_ in file.drops:
            found.append(replace(old, how="dropped", note=file.drops[id_].note, original=None))
        elif id_ in file.replaces or id_ in file.contradicts:
            kind = "replaces" if id_ in file.replaces else "contradicts"
            new = _changed(reading, kind, id_, changes[kind][id_], old)
            found += [new] if new else []
        else:
            found.append(_taken_over(old, reading.setting))
    if inherited is None:
        # Statements are read all the same, so that their mistakes are found.
        for kind in ("replaces", "contradicts"):
            for id_, each in changes[kind].items():
                reading.statement(each.statement, (kind, id_, "statement"))
    for id_, claim in file.claims.items():
        place: Path_ = ("claims", id_)
        statement = reading.statement(claim.statement, (*place, "statement"))
        reading.sources(claim, place)
        if statement is not None:
            found.append(HeldClaim(id_, claim, statement, "own", reading.span(place)))
    return found


def _changed(
    reading: _Reading, kind: str, id_: str, change: Change, old: HeldClaim
) -> HeldClaim | None:
    place: Path_ = (kind, id_)
    statement = reading.statement(change.statement, (*place, "statement"))
    reading.sources(change, place)
    if statement is None:
        return None
    claim = Claim(
        statement=change.statement,
        severity=change.severity or old.claim.severity,
        title=change.title or old.claim.title,
        # The words behind a claim do not support its contrary.
        sources=change.sources or (old.claim.sources if kind == "replaces" else ()),
        note=old.claim.note if kind == "replaces" else None,
    )
    original = None
    if kind == "contradicts":
        original = old
        lacking = _lacking(old, reading.setting)
        if lacking:
            message = f"{id_!r} cannot be contradicted: {lacking.message}"
            reading.checked.report("C007", message, place, key=True, hint="drop it instead")
    how = "replaces" if kind == "replaces" else "contradicts"
    return HeldClaim(id_, claim, statement, how, reading.span(place), change.note, original)  # type: ignore[arg-type]


def _taken_over(old: HeldClaim, setting: Setting | None) -> HeldClaim:
    if old.how == "dropped":
        return old
    lacking = _lacking(old, setting)
    if lacking is None:
        return replace(old, how="inherited", note=None, original=None)
    return replace(old, how="dropped", note=Text.model_validate(lacking.message), original=None)


def _lacking(old: HeldClaim, setting: Setting | None) -> Misfit | None:
    """What a claim names that the graph of this file does not have."""
    found = misfits(old.statement, setting.known) if setting else []
    return next((each for each in found if each.code in LACKING), None)


def _check_changes(
    checked: Checked[ClaimsFile],
    file: ClaimsFile,
    changes: Mapping[str, Collection[str]],
    inherited: Collection[str] | None,
) -> None:
    """What is replaced, contradicted or dropped is inherited, and what is inherited is not said again."""
    seen: dict[str, str] = {}
    for kind, ids in changes.items():
        for id_ in ids:
            place: Path_ = (kind, id_)
            if id_ in seen:
                message = f"{id_!r} stands under {seen[id_]} already"
                checked.report("C007", message, place, key=True)
            seen[id_] = kind
            if file.inherits is None:
                message = f"{id_!r} is not inherited: this file inherits from none"
                hint = "name one: inherits: FILE.yaml"
                checked.report("C007", message, place, key=True, hint=hint)
            elif inherited is not None and id_ not in inherited:
                hint = checked.near(id_, inherited) or known_names(inherited)
                message = f"{file.inherits} has no claim {id_!r}"
                checked.report("C007", message, place, key=True, hint=hint)
    for id_ in file.claims:
        if id_ in (inherited or ()) or id_ in seen:
            message = f"{id_!r} is inherited already"
            hint = "put what is different here under replaces or contradicts"
            checked.report("C007", message, ("claims", id_), key=True, hint=hint)


def _within(text: str, span: Span, value: str, at: tuple[int, int]) -> Span:
    """The place in a file of a part of a text value, given how the file writes the value.

    A value may be quoted, and folded over lines; where the two cannot be brought together, the whole
    value is meant.
    """
    lines = lines_of(text)
    raw = "\n".join(lines)
    position = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.column - 1
    mark = raw[position : position + 1]
    if mark in (">", "|"):
        position = raw.find("\n", position) + 1 or len(raw)
    elif mark in ("'", '"'):
        position += 1
    places = []
    for each in value:
        if each.isspace():
            places.append(position)
            while raw[position : position + 1].isspace():
                position += 1
            continue
        while raw[position : position + 1].isspace():
            position += 1
        if mark == '"' and raw[position : position + 1] == "\\":
            position += 1
        if raw[position : position + 1] != each:
            return span
        places.append(position)
        position += 2 if mark == "'" and each == "'" else 1
    places.append(position)
    start = places[min(at[0], len(value))]
    stop = places[min(at[1], len(value))] if at[1] > at[0] else start + 1
    line = raw.count("\n", 0, start)
    column = start - (raw.rfind("\n", 0, start) + 1)
    end = min(column + max(1, stop - start), max(len(lines[line]), column + 1))
    return Span(span.file, line + 1, column + 1, end + 1, lines[line])


def graph_beside(folder: Path, name: str) -> Path | None:
    """The graph file that claims in a folder are about; one of another program where it is none of ours."""
    if Path(name).name != name:
        return None
    above = folder.resolve().parent
    named = [above / f"{name}{suffix}" for suffix in SUFFIXES]
    others = sorted(path for path in above.glob("*") if path.stem == name and path.suffix)
    return next((path for path in (*named, *others) if path.is_file()), None)
