"""Variants: a graph file that extends another says only what is different.

The files are merged as in JSON Merge Patch (RFC 7386): mappings are merged key by key, `null` removes,
everything else replaces. Tables, states and texts replace as wholes, since half of an old table makes no
sense under a new one. Places travel along, so a mistake in an inherited value is shown where it stands.
"""

from pathlib import Path, PureWindowsPath

from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile
from causal_model.spec.load import Document, Path_, load_text, read_text

__all__ = ["is_relative", "load_extended"]

DEEPEST = 10
WHOLE = {"table", "states", "label", "title", "description", "note", "horizon"}
# A variant has a name and a title of its own.
OWN = ("id", "title", "extends")


def load_extended(text: str, name: str, folder: Path) -> Document:
    """Load a text and merge it over the files that it extends.

    Args:
        text: the text of the file that the user named.
        name: how that file is called in messages.
        folder: its folder; no file outside it is read.
    """
    return _load(text, name, folder, folder.resolve(), chain=())


def _load(text: str, name: str, folder: Path, root: Path, chain: tuple[Path, ...]) -> Document:
    document = load_text(text, name)
    if not isinstance(document.data, dict) or document.data.get("extends") is None:
        return document
    wanted = document.data["extends"]
    there = document.value_span(("extends",))

    def refuse(code: str, message: str, hint: str = "") -> Document:
        document.diagnostics.append(Diagnostic(code, message, there, hint))
        return document

    if not isinstance(wanted, str) or not is_relative(wanted):
        return refuse(
            "E002", f"{wanted!r} is no relative path", "name a file in the folder of this graph"
        )
    try:
        path = (folder / wanted).resolve()
    except (OSError, RuntimeError):
        # What Python raises for links that lead to each other depends on its version.
        return refuse("E001", f"{wanted!r} is a link that leads nowhere")
    if not path.is_relative_to(root):
        return refuse(
            "E002", f"{wanted!r} leads out of the folder", "a variant stays with its graph"
        )
    if path in chain:
        names = " -> ".join(each.name for each in (*chain[chain.index(path) :], path))
        return refuse("E003", f"files extend each other in a circle: {names}")
    if len(chain) >= DEEPEST:
        return refuse("E004", f"more than {DEEPEST} files extend one another")
    shown = str(Path(name).parent / wanted) if folder != Path() else wanted
    try:
        base_text = read_text(path, shown)
    except InvalidGraphFile as error:
        first = error.diagnostics[0]
        return refuse("E001", f"{wanted!r} {first.message}", first.hint)
    base = _load(base_text, shown, path.parent, root, (*chain, path))
    if not isinstance(base.data, dict):
        document.diagnostics += base.diagnostics
        return refuse("E001", f"{wanted!r} is no graph: expected a mapping of keys to values")
    for key in OWN:
        _forget(base, (key,))
        base.data.pop(key, None)
    base.diagnostics += document.diagnostics
    _merge(base, document, base.data, document.data, ())
    base.values[()] = document.values[()]
    return base


def is_relative(text: str) -> bool:
    """Whether a text is a relative path on every system."""
    windows = PureWindowsPath(text)
    return not (
        "\0" in text
        or "://" in text
        or Path(text).is_absolute()
        or windows.is_absolute()
        or windows.drive
        or "\\" in text
    )


def _merge(
    base: Document, over: Document, into: dict[str, object], new: dict[str, object], path: Path_
) -> None:
    for key, value in new.items():
        place = (*path, key)
        old = into.get(key)
        if value is None and path:
            if key not in into:
                base.diagnostics.append(
                    Diagnostic(
                        "E005",
                        f"there is no {key!r} to remove",
                        over.key_span(place),
                        "null removes what the extended file has",
                    )
                )
            _forget(base, place)
            into.pop(key, None)
        elif isinstance(value, dict) and isinstance(old, dict) and key not in WHOLE:
            base.keys[place], base.values[place] = over.keys[place], over.values[place]
            _merge(base, over, old, value, place)
        else:
            _forget(base, place)
            into[key] = _without_nulls(value) if key not in WHOLE else value
            _adopt(base, over, place)


def _without_nulls(value: object) -> object:
    """A new mapping may remove nothing, so what it says is null is simply not there (RFC 7386)."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return value


def _forget(document: Document, place: Path_) -> None:
    depth = len(place)
    for spans in (document.keys, document.values):
        for known in [each for each in spans if each[:depth] == place]:
            del spans[known]


def _adopt(into: Document, source: Document, place: Path_) -> None:
    depth = len(place)
    for spans, found in ((into.keys, source.keys), (into.values, source.values)):
        spans.update({each: span for each, span in found.items() if each[:depth] == place})
