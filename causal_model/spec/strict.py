"""What `validate --strict` asks besides: that a reader can trace every arrow and number to its source.

All of this is warnings, since a graph without it can be asked; `--strict` lets warnings fail.

A quote is looked for in the text of its source as readers compare, not as bytes. Both are brought to the
Unicode form NFKC, in which full-width and half-width letters and punctuation are the same; invisible
characters are dropped; quotation marks of all styles count as one, and so do dashes; blanks and line ends
are one blank, and none at all beside quotation marks and beside Chinese, Japanese and Korean characters,
where a text may be wrapped anywhere. Case counts. An ellipsis (`…`, `...`, `[...]`) stands for words that
were left out: what is around it must follow in this order.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.extends import is_relative
from causal_model.spec.graph_file import GraphFile, Node, Utility
from causal_model.spec.load import Path_, read_text
from causal_model.spec.sources import Citation
from causal_model.spec.table_forms import CountsForm, DeterministicForm, ElicitedSpec, TableForm
from causal_model.spec.validate import Checked

__all__ = ["as_compared", "check_strictly"]

OMISSION = re.compile(r" *\[?\.{3,}\]? *")
BLANKS = re.compile(r"\s+")
# A blank with a wide character or a quotation mark on one side; applied once all blanks are single.
WIDE = (
    r"\u1100-\u11ff\u2e80-\u30ff\u3100-\u31bf\u31f0-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
BESIDE_WIDE = re.compile(f'(?<=["{WIDE}]) | (?=["{WIDE}])')
MARKS = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』〝〞‘’‚‛‹›`´'", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"⋯": "..."}
)
# How much of a quote must be there for it to be worth saying where it goes astray, and what is shown.
AGREEING, SHOWN = 4, 24


def check_strictly(checked: Checked[GraphFile], folder: Path | None) -> None:
    """Report every breach of the rules P001 to P006.

    Args:
        checked: a graph file in which no other mistake was found.
        folder: the folder of the file that the user named, which no text of a source may leave; None for
            what comes from a pipe, which has no texts beside it.
    """
    graph = checked.model
    assert graph is not None
    for name, node in graph.nodes.items():
        # Whoever decides knows best what there is to decide, and what is known by then.
        if name not in graph.decisions:
            _sourced(checked, name, node)
            _confident(checked, name, node)
    for name, utility in graph.utilities.items():
        _valued(checked, name, utility)
    _dates(checked, graph)
    if folder is not None:
        _quotes(checked, graph, folder)


def as_compared(text: str) -> str:
    r"""A text in the form in which quotes are looked for.

    >>> as_compared('決定,\n允許  H200 “出口”')
    '決定,允許H200"出口"'
    """
    folded = unicodedata.normalize("NFKC", text).translate(MARKS)
    visible = "".join(each for each in folded if unicodedata.category(each) != "Cf")
    return BESIDE_WIDE.sub("", BLANKS.sub(" ", visible)).strip()


def _warn(
    checked: Checked[GraphFile],
    code: str,
    message: str,
    place: Path_,
    hint: str = "",
    *,
    key: bool = True,
) -> None:
    checked.report(code, message, place, hint=hint, key=key, warning=True)


def _sourced(checked: Checked[GraphFile], name: str, node: Node) -> None:
    for parent, arrow in node.parents.items():
        if not arrow.sources:
            place = ("nodes", name, "parents", parent)
            hint = (
                "add sources: [{source: ..., quote: ...}]; the authors' judgement is a source too"
            )
            _warn(checked, "P001", f"the arrow {parent} -> {name} has no source", place, hint)
    at, table = _elicited(name, node)
    cited = (*node.table.sources, *table.sources)
    hint = "add sources to the table; for elicited numbers a source of kind judgement"
    rows = table.rows if isinstance(table, TableForm) else ()
    bare = [number for number, row in enumerate(rows) if not row.sources]
    if cited or (rows and not bare):
        return
    if len(bare) < len(rows):
        for number in bare:
            _warn(checked, "P002", f"a row of P({name}) has no source", (*at, "rows", number), hint)
    else:
        _warn(checked, "P002", f"the numbers of P({name}) have no source", at, hint)


def _valued(checked: Checked[GraphFile], name: str, utility: Utility) -> None:
    bare = [number for number, row in enumerate(utility.table.rows) if not row.sources]
    if bare and not utility.table.sources:
        hint = "add sources to the table; what something is worth to somebody is a judgement"
        told = f"the numbers of {name} have no source"
        _warn(checked, "P002", told, ("nodes", name, "table"), hint)


def _elicited(name: str, node: Node) -> tuple[Path_, ElicitedSpec]:
    """The elicited table of a node and its place: all of it, or what counts were added to."""
    place: Path_ = ("nodes", name, "table")
    if isinstance(node.table, CountsForm):
        return (*place, "prior"), node.table.prior
    return place, node.table


def _confident(checked: Checked[GraphFile], name: str, node: Node) -> None:
    at, table = _elicited(name, node)
    given = table.confidence if node.table.confidence is None else node.table.confidence
    # What follows from the parents for certain has no sample size.
    if given is not None or isinstance(table, DeterministicForm):
        return
    hint = "add confidence: the number of observations that the judgement is worth"
    rows = table.rows if isinstance(table, TableForm) else ()
    bare = [number for number, row in enumerate(rows) if row.confidence is None]
    if rows and not bare:
        return
    if len(bare) < len(rows):
        for number in bare:
            place = (*at, "rows", number)
            _warn(checked, "P005", f"a row of P({name}) has no confidence", place, hint)
    else:
        _warn(checked, "P005", f"the rows of P({name}) have no confidence", at, hint)


def _dates(checked: Checked[GraphFile], graph: GraphFile) -> None:
    for name, source in graph.sources.items():
        if source.date is not None and graph.as_of is not None and source.date > graph.as_of:
            _warn(
                checked,
                "P004",
                f"source {name!r} is of {source.date}, after the graph's as_of {graph.as_of}",
                ("sources", name, "date"),
                "what the graph cannot have known yet must not support it",
                key=False,
            )


def _quotes(checked: Checked[GraphFile], graph: GraphFile, folder: Path) -> None:
    texts = {}
    for name, source in graph.sources.items():
        if source.text is not None:
            found = _text(checked, name, source.text, folder)
            if found is not None:
                texts[name] = as_compared(found)
    for place, citation in _cited(graph):
        if citation.quote is None or citation.source not in texts:
            continue
        text = texts[citation.source]
        parts = [each for each in OMISSION.split(as_compared(citation.quote)) if each]
        missing = _first_missing(parts, text)
        if missing is not None or not parts:
            _warn(
                checked,
                "P003",
                f"the quote does not occur in the text of source {citation.source!r}"
                if parts
                else "the quote is empty",
                (*place, "quote"),
                "" if missing is None else _astray(missing, text),
                key=False,
            )


def _text(checked: Checked[GraphFile], name: str, wanted: str, folder: Path) -> str | None:
    """The text of a source; None, and a warning, where it cannot be had.

    It is looked for beside the file that names it. Like what a graph extends, it must lie in the folder
    of the graph; links are not followed, as what they lead to may change without a trace in the graph.
    """
    place: Path_ = ("sources", name, "text")
    beside = Path(checked.document.value_span(place).file).parent

    def refuse(message: str, hint: str = "") -> None:
        _warn(checked, "P006", message, place, hint, key=False)

    if not wanted or not is_relative(wanted) or ".." in PurePosixPath(wanted).parts:
        refuse(
            f"{wanted!r} is no path inside the folder of the graph", "write for example texts/a.txt"
        )
        return None
    try:
        start = beside.resolve()
        expected = start / wanted
        if expected.resolve() != expected or not expected.is_relative_to(folder.resolve()):
            refuse(f"{wanted!r} leads over a link, or out of the folder of the graph")
            return None
        return read_text(expected, wanted)
    except InvalidGraphFile as error:
        first = error.diagnostics[0]
        refuse(f"{wanted!r} {first.message}, so its quotes are not checked", first.hint)
    except (OSError, RuntimeError) as error:
        refuse(f"{wanted!r} cannot be read: {error}")
    return None


def _cited(graph: GraphFile) -> Iterator[tuple[Path_, Citation]]:
    """All citations of a graph with their places in the file."""
    for name, node in graph.every_node.items():
        at: Path_ = ("nodes", name)
        lists: list[tuple[Path_, tuple[Citation, ...]]] = [((*at, "sources"), node.sources)]
        lists += [
            ((*at, "parents", parent, "sources"), arrow.sources)
            for parent, arrow in node.parents.items()
        ]
        table = getattr(node, "table", None)
        tables: list[tuple[Path_, object]] = [((*at, "table"), table)]
        if isinstance(table, CountsForm):
            tables.append(((*at, "table", "prior"), table.prior))
        for place, table in tables:
            lists.append(((*place, "sources"), getattr(table, "sources", ())))
            lists += [
                ((*place, "rows", number, "sources"), getattr(row, "sources", ()))
                for number, row in enumerate(getattr(table, "rows", ()))
            ]
        for place, citations in lists:
            for number, citation in enumerate(citations):
                yield (*place, number), citation


def _first_missing(parts: list[str], text: str) -> str | None:
    """The first of the parts that does not follow the ones before it in the text."""
    start = 0
    for part in parts:
        found = text.find(part, start)
        if found < 0:
            return part
        start = found + len(part)
    return None


def _astray(part: str, text: str) -> str:
    """Where a part of a quote leaves the text: the longest beginning that is there, and what follows."""
    # If a beginning is in the text, so are all shorter ones.
    low, high = 0, len(part)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if part[:middle] in text else (low, middle - 1)
    if low < AGREEING:
        return ""
    if low == len(part):
        return "it occurs, but before the words that it should follow"
    begun = text.index(part[:low]) + low
    told = text[max(0, begun - SHOWN) : begun + SHOWN]
    return f"the text agrees up to {part[max(0, low - SHOWN) : low]!r} and reads {told!r}"
