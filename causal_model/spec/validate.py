"""Hold data against a pydantic model and report everything that is wrong, in our words.

pydantic reports all mistakes of a file, but then gives no model to look further with. So what it refuses
is taken out of a copy, and the rest is tried again: the rules that need a model (sums of rows, parents,
circles) still run on the sound parts, and all mistakes are reported at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from causal_model.errors import did_you_mean
from causal_model.spec.diagnostics import Diagnostic, Span
from causal_model.spec.load import Document, Path_
from causal_model.spec.scalars import what

__all__ = ["Checked", "hold_against", "in_words"]

Shape = TypeVar("Shape", bound=BaseModel)

_PRUNED = object()
# What takes the place of a missing key at the top, so that the rest can be looked at.
STANDINS: Mapping[str, Any] = {
    "schema_version": "1",
    "id": "?",
    "title": "?",
    "nodes": {},
    "graph": "?",
}
UNION_TAGS = {
    "table": ("table", "ranked", "noisy_max", "deterministic", "counts"),
    "prior": ("table", "ranked", "noisy_max", "deterministic"),
    "findings": ("observed", "excluded", "likelihood", "belief", "do"),
    "nodes": ("chance", "decision", "utility"),
}
# The key that tells the members of a tagged union apart.
TAG_KEYS = ("form", "kind")
# How many names may be compared with the misspelt ones of one file: some tenths of a second.
MOST_COMPARED = 50_000
# A file that cannot be extended leaves open what it would have given.
UNEXTENDED = ("E001", "E002", "E003", "E004")
# What a variant says for itself.
OWN = ("id", "title")


@dataclass(slots=True)
class Checked(Generic[Shape]):
    """What is left of a file when its misshapen parts are taken out.

    Attributes:
        document: the file, with places.
        model: the sound parts; None where nothing could be kept.
        diagnostics: the mistakes so far.
        pruned: places that were taken out.
    """

    document: Document
    model: Shape | None
    diagnostics: list[Diagnostic]
    pruned: set[Path_] = field(default_factory=set)
    positions: dict[Path_, list[int]] = field(default_factory=dict)
    _around: set[Path_] = field(default_factory=set)
    _compared: int = 0

    @property
    def unextended(self) -> bool:
        """Whether a file that this one extends is missing from it."""
        return any(each.code in UNEXTENDED for each in self.document.diagnostics)

    def near(self, wrong: str, known: Collection[str]) -> str:
        """The nearest known name as a hint; a file full of misspelt names gets a limited number."""
        if self._compared + len(known) > MOST_COMPARED:
            return ""
        self._compared += len(known)
        return did_you_mean(wrong, known).strip()

    def original(self, path: Path_) -> Path_:
        """The place in the file of a place in the model, whose lists may be shorter."""
        found: Path_ = ()
        for part in path:
            left = self.positions.get(found, ())
            if isinstance(part, int) and part < len(left):
                part = left[part]
            found = (*found, part)
        return found

    def prune(self, place: Path_) -> None:
        """Remember that a place was taken out."""
        self.pruned.add(place)
        self._around.update(place[:depth] for depth in range(len(place)))

    def report(
        self,
        code: str,
        message: str,
        path: Path_,
        *,
        hint: str = "",
        key: bool = False,
        warning: bool = False,
    ) -> None:
        """Add a mistake at a place of the model; `key` points at the key instead of the value."""
        place = self.original(path)
        span = self.document.key_span(place) if key else self.document.value_span(place)
        self.diagnostics.append(
            Diagnostic(code, message, span, hint.strip(), "warning" if warning else "error")
        )

    def add(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Add a mistake at a place of the file itself."""
        self.diagnostics.append(Diagnostic(code, message, span, hint.strip()))

    def touched(self, *path: str | int) -> bool:
        """Whether something at or below a place, or all around it, was taken out."""
        return path in self._around or any(
            path[:depth] in self.pruned for depth in range(len(path) + 1)
        )


def hold_against(shape: type[Shape], document: Document) -> Checked[Shape]:
    """Validate data against a model as far as it goes."""
    checked: Checked[Shape] = Checked(document, None, list(document.diagnostics))
    if not isinstance(document.data, dict):
        if not checked.diagnostics:
            checked.report("S003", "expected a mapping of keys to values", ())
        return checked
    kept: Any = None
    candidate: Any = document.data
    while True:
        try:
            checked.model = shape.model_validate(candidate)
        except ValidationError as error:
            kept = _copied(document.data) if kept is None else kept
            if not _take_out(checked, shape, kept, error.errors(include_url=False)):
                return checked
            checked.positions.clear()
            candidate = _compacted(kept, (), checked.positions)
        else:
            return checked


Near = Callable[[str, Collection[str]], str]


def in_words(
    error: ErrorDetails, shape: type[BaseModel] | None = None, near: Near = did_you_mean
) -> tuple[str, str, str]:
    """A pydantic error as (rule code, message, hint); `near` finds the nearest name."""
    kind, loc = error["type"], error["loc"]
    if kind[0] in "SGTF" and kind[1:].isdigit():
        return kind, error["msg"], str(error.get("ctx", {}).get("hint", ""))
    last = loc[-1] if loc else ""
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _in_words_of_tags(error, near)
    if isinstance(last, int) and kind == "missing":
        return "S003", "needs two numbers, from and to", ""
    if kind == "missing":
        return "S001", f"{last!r} is missing", ""
    if kind == "extra_forbidden":
        known = _fields(shape, loc[:-1]) if shape else []
        nearest = near(str(last), known).strip()
        listed = f"known keys: {', '.join(known)}" if known else ""
        if error.get("input") is None and not nearest:
            # A lone key: what stands before it was cut at its comma.
            listed = "text that holds a comma must be quoted inside { }"
        return "S002", f"unknown key {last!r}", nearest or listed
    if kind == "literal_error":
        expected = str(error.get("ctx", {}).get("expected", ""))
        wrong = what(error.get("input"))
        choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
        nearest = _nearest_choice(error.get("input"), choices, near)
        return "S006", f"{wrong} is not known here; expected {expected}", nearest
    wanted = {
        "dict_type": "a mapping",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
        "string_type": "text",
        "tuple_type": "a list",
        "list_type": "a list",
        "too_short": "two numbers, from and to",
        "too_long": "two numbers, from and to",
    }.get(kind)
    return "S003", f"expected {wanted}" if wanted else error["msg"], ""


def _in_words_of_tags(error: ErrorDetails, near: Near) -> tuple[str, str, str]:
    """What is wrong with the key that tells the members of a union apart."""
    key, tags = _union_of(error["loc"])
    given = error.get("input")
    known = ", ".join(tags)
    if not isinstance(given, Mapping):
        return "S003", f"expected a mapping with a {key}, got {what(given)}", ""
    wrong = given.get(key)
    if wrong is None:
        slip = next((each for each in given if isinstance(each, str) and near(each, (key,))), None)
        hint = "" if slip is None or slip == key else f"is {slip!r} meant to be {key!r}?"
        return "S001", f"{key!r} is missing; expected one of: {known}", hint
    hint = near(wrong, tags).strip() if isinstance(wrong, str) else ""
    return "S006", f"unknown {key} {what(wrong)}; expected one of: {known}", hint


def _nearest_choice(given: Any, choices: Sequence[str], near: Near) -> str:
    if not isinstance(given, str):
        return ""
    meant = {"+": "positive", "-": "negative", "±": "mixed", "?": "mixed"}.get(given)
    if meant in choices:
        return f"write {meant}"
    return near(given, choices).strip()


def _union_of(loc: tuple[int | str, ...]) -> tuple[str, tuple[str, ...]]:
    """The key that tells the members of the union at a place apart, and what it may be."""
    # A node may be called as a key is: what it is itself is told right below `nodes`.
    itself = len(loc) == 2 and loc[0] == "nodes"
    name = next(str(part) for part in reversed(loc[:1] if itself else loc) if part in UNION_TAGS)
    return TAG_KEYS[name in ("findings", "nodes")], UNION_TAGS[name]


@dataclass(frozen=True, slots=True)
class _Mistake:
    """What pydantic refuses: where in the model and in the file, why, and what has to go for it."""

    loc: Path_
    place: Path_
    code: str
    message: str
    hint: str
    at_key: bool
    gone: Path_


def _take_out(
    checked: Checked[Any], shape: type[BaseModel], kept: Any, errors: Sequence[ErrorDetails]
) -> bool:
    """Report the mistakes of one look and take their values out; whether that changed anything."""
    mistakes = [_mistake(checked, shape, each) for each in errors]
    meant = {
        (*each.place[:-1], each.hint.split("'")[1])
        for each in mistakes
        if each.code == "S002" and each.hint.startswith("Did you mean")
    }
    for each in mistakes:
        # What an earlier look took out leaves gaps, and a misspelt key is not also a missing one.
        consequence = each.code == "S001" and (
            each.place in meant
            or (checked.unextended and not (len(each.place) == 1 and each.place[0] in OWN))
        )
        if not consequence and not checked.touched(*each.place):
            checked.report(each.code, each.message, each.loc, hint=each.hint, key=each.at_key)
    changed = [_remove(checked, kept, each) for each in mistakes]
    return True in changed


def _mistake(checked: Checked[Any], shape: type[BaseModel], error: ErrorDetails) -> _Mistake:
    at_key = "[key]" in error["loc"]
    loc = tuple(part for part in _without_tags(error["loc"]) if part != "[key]")
    code, message, hint = in_words(error, shape, checked.near)
    place = checked.original(loc)
    # Without what it needs, the thing around it cannot stand either.
    gone = place[:-1] if code == "S001" else place
    if error["type"].startswith("union_tag"):
        gone = place
        if code == "S001":
            at_key = True
        elif code == "S006":
            loc = (*loc, _union_of(error["loc"])[0])
    elif _is_pair(shape, loc[:-1]):
        # A pair of which one is taken out is no pair.
        gone = place[:-1]
        if error["type"] == "missing":
            loc = loc[:-1]
    return _Mistake(loc, place, code, message, hint, at_key or code == "S002", gone)


def _remove(checked: Checked[Any], kept: Any, mistake: _Mistake) -> bool:
    place = mistake.place
    if mistake.code == "S001" and len(place) == 1 and place[0] in STANDINS:
        checked.prune(place)
        kept[place[0]] = STANDINS[str(place[0])]
        return True
    place = mistake.gone
    while place:
        holder = kept
        try:
            for part in place[:-1]:
                holder = holder[part]
            if holder[place[-1]] is _PRUNED:
                return False
        except (KeyError, IndexError, TypeError):
            place = place[:-1]
            continue
        checked.prune(place)
        if isinstance(holder, dict):
            if len(place) == 1 and place[0] in STANDINS:
                changed = bool(holder[place[0]] != STANDINS[str(place[0])])
                holder[place[0]] = STANDINS[str(place[0])]
                return changed
            del holder[place[-1]]
        else:
            holder[place[-1]] = _PRUNED
        return True
    return False


def _copied(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copied(value) for key, value in data.items()}
    return [_copied(value) for value in data] if isinstance(data, list) else data


def _compacted(data: Any, place: Path_, positions: dict[Path_, list[int]]) -> Any:
    """A copy without the taken-out items of lists; `positions` remembers where the others were."""
    if isinstance(data, dict):
        return {key: _compacted(value, (*place, key), positions) for key, value in data.items()}
    if not isinstance(data, list):
        return data
    left = [at for at, value in enumerate(data) if value is not _PRUNED]
    if len(left) < len(data):
        positions[place] = left
    return [_compacted(data[at], (*place, at), positions) for at in left]


def _without_tags(loc: tuple[int | str, ...]) -> Path_:
    """Leave out what pydantic adds for unions told apart by a tag; the file has no such level."""
    found: list[int | str] = []
    if len(loc) > 2 and loc[0] == "nodes" and loc[2] in UNION_TAGS["nodes"]:
        loc = (*loc[:2], *loc[3:])
    for part in loc:
        before = [each for each in found[-2:] if isinstance(each, str)]
        if (
            before
            and part in UNION_TAGS.get(before[-1], ())
            and (
                before[-1] == "table" or before == ["table", "prior"] or isinstance(found[-1], int)
            )
        ):
            continue
        found.append(part)
    return tuple(found)


def _fields(shape: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that a model knows at a place, for a hint; empty where that is not plain."""
    current: Any = shape
    for part in loc:
        current = _inner(current, part)
        if current is None:
            return []
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return []
    return [each.alias or name for name, each in current.model_fields.items()]


def _inner(current: Any, part: int | str) -> Any:
    """The type that a key leads to, looking through optional, lists, mappings and tagged unions."""
    if isinstance(current, type) and issubclass(current, BaseModel):
        for name, each in current.model_fields.items():
            if part in (name, each.alias):
                return each.annotation
        return None
    arguments = [each for each in get_args(current) if each is not type(None)]
    models = _models(current)
    tagged = [each for each in models if _form_of(each) == part]
    if tagged:
        return tagged[0]
    if len(models) > 1:
        # Without its tag it is the first that knows such a key.
        inside = (_inner(each, part) for each in models)
        return next((each for each in inside if each is not None), None)
    if get_origin(current) in (Union, UnionType) and len(arguments) == 1:
        return _inner(arguments[0], part)
    if get_origin(current) is Annotated:
        return _inner(arguments[0], part)
    return arguments[-1 if get_origin(current) is dict else 0] if arguments else None


def _models(current: Any) -> list[type[BaseModel]]:
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [current]
    if get_origin(current) in (Union, UnionType, Annotated):
        return [model for each in get_args(current) for model in _models(each)]
    return []


def _is_pair(shape: type[BaseModel], loc: Path_) -> bool:
    """Whether a list of fixed length is wanted at a place."""
    current: Any = shape
    for part in loc:
        current = _inner(current, part)
    found = [current, *(get_args(current) if get_origin(current) in (Union, UnionType) else ())]
    return any(get_origin(each) is tuple and Ellipsis not in get_args(each) for each in found)


def _form_of(model: type[BaseModel]) -> Any:
    for name in ("form", "kind"):
        if name in model.model_fields:
            return get_args(model.model_fields[name].annotation)[0]
    return None
