"""Hold data against a pydantic model and report everything that is wrong, in our words.

pydantic reports all mistakes of a file, but then gives no model to look further with. So what it refuses
is taken out of a copy, and the rest is tried again: the rules that need a model (sums of rows, parents,
circles) still run on the sound parts, and all mistakes are reported at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from causal_model.errors import did_you_mean
from causal_model.spec.diagnostics import Diagnostic, Span
from causal_model.spec.load import Document, Path_

__all__ = ["Checked", "hold_against", "in_words"]

Shape = TypeVar("Shape", bound=BaseModel)

_PRUNED = object()
# What takes the place of a missing key at the top, so that the rest can be looked at.
STANDINS: Mapping[str, Any] = {"schema_version": "1", "id": "?", "title": "?", "nodes": {}}
UNION_TAGS = {
    "table": {"table", "ranked", "noisy_max", "deterministic"},
    "findings": {"observed", "excluded", "likelihood", "belief", "do"},
}


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

    def original(self, path: Path_) -> Path_:
        """The place in the file of a place in the model, whose lists may be shorter."""
        found: Path_ = ()
        for part in path:
            if isinstance(part, int) and found in self.positions:
                part = self.positions[found][part]
            found = (*found, part)
        return found

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
        return any(
            place[: len(path)] == path or path[: len(place)] == place for place in self.pruned
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
            taken = [
                _take_out(checked, shape, kept, each) for each in error.errors(include_url=False)
            ]
            if not any(taken):
                return checked
            checked.positions.clear()
            candidate = _compacted(kept, (), checked.positions)
        else:
            return checked


def in_words(error: ErrorDetails, shape: type[BaseModel] | None = None) -> tuple[str, str, str]:
    """A pydantic error as (rule code, message, hint)."""
    kind, loc = error["type"], error["loc"]
    if kind[0] in "SGTF" and kind[1:].isdigit():
        return kind, error["msg"], ""
    last = loc[-1] if loc else ""
    if kind == "missing":
        return "S001", f"{last!r} is missing", ""
    if kind == "extra_forbidden":
        known = _fields(shape, loc[:-1]) if shape else []
        listed = f"known keys: {', '.join(known)}" if known else ""
        if error.get("input") is None and not did_you_mean(str(last), known):
            # A lone key: what stands before it was cut at its comma.
            listed = "text that holds a comma must be quoted inside { }"
        return "S002", f"unknown key {last!r}", did_you_mean(str(last), known).strip() or listed
    if kind == "literal_error":
        expected = str(error.get("ctx", {}).get("expected", ""))
        wrong = str(error.get("input"))
        near = did_you_mean(wrong, expected.replace("'", "").replace(" or ", ", ").split(", "))
        return "S006", f"{wrong!r} is not known here; expected {expected}", near.strip()
    wanted = {
        "dict_type": "a mapping",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
        "string_type": "text",
        "tuple_type": "a list",
        "list_type": "a list",
        "too_short": "two values",
        "too_long": "two values",
    }.get(kind)
    return "S003", f"expected {wanted}" if wanted else error["msg"], ""


def _take_out(
    checked: Checked[Any], shape: type[BaseModel], kept: Any, error: ErrorDetails
) -> bool:
    """Report one mistake and take its value out; whether that changed anything."""
    loc = tuple(part for part in _without_tags(error["loc"]) if part != "[key]")
    place = checked.original(loc)
    code, message, hint = in_words(error, shape)
    if not checked.touched(*place):
        at_key = code == "S002" or "[key]" in error["loc"]
        checked.report(code, message, loc, hint=hint, key=at_key)
    if code == "S001" and len(place) == 1 and place[0] in STANDINS:
        checked.pruned.add(place)
        kept[place[0]] = STANDINS[str(place[0])]
        return True
    # Without what it needs, the thing around it cannot stand either.
    gone = place[:-1] if code == "S001" else place
    return _remove(kept, gone, checked.pruned)


def _remove(kept: Any, place: Path_, pruned: set[Path_]) -> bool:
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
        pruned.add(place)
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
    for part in loc:
        before = [each for each in found[-2:] if isinstance(each, str)]
        if (
            before
            and part in UNION_TAGS.get(before[-1], ())
            and (before[-1] == "table" or isinstance(found[-1], int))
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
    models = [each for each in _models(current) if _form_of(each) == part]
    if models:
        return models[0]
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


def _form_of(model: type[BaseModel]) -> Any:
    for name in ("form", "kind"):
        if name in model.model_fields:
            return get_args(model.model_fields[name].annotation)[0]
    return None
