"""Whether an effect could be told from data, as tables."""

from collections.abc import Iterable

from causal_model.causal.separators import Listing
from causal_model.cli.bounded import BOUND_COLUMNS, bound_rows, bounds_of
from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import labelled
from causal_model.glossary import sentences
from causal_model.in_words import named
from causal_model.model import Model
from causal_model.questions.interventions.bounded import Unbounded
from causal_model.questions.interventions.identify import Identification

__all__ = ["told_of"]

# So many independencies are shown to a reader.
MOST_SHOWN = 12
WORDS = {
    "en": {
        "way": "way",
        "nodes": "nodes",
        "given": "given",
        "back_door": "back door",
        "front_door": "front door",
        "instrument": "instrument",
        "nothing": "none needed",
        "none": "none",
        "title": "Which observed nodes tell the effect of {0} on {1}",
        "independent": "Independencies that data could contradict",
        "left": "node",
        "right": "independent of",
        "hidden": "Hidden: {}.",
        "no effect": "No path of arrows leads there, so that there is no effect.",
        "back door": "The effect can be told from data: adjust for a back-door set.",
        "front door": "The effect can be told from data, though not by adjustment: through a front-door"
        " set.",
        "formula": "The effect can be told from data, though by no back-door or front-door set.",
        "not": "No data on the observed nodes can tell the effect, however many they are: hidden causes"
        " link {}, and two models agree on all that is seen and not on the effect.",
        "unbounded": "No bounds are given: {}.",
        "free": "The same whatever the state of {}.",
        "instruments": "An instrument tells the effect in a linear model only; for tables of states it only"
        " bounds it.",
        "more sets": "More sets than the {} listed may exist.",
        "more": "{} more; --json lists them.",
        "many": "The first {} of more.",
    },
    "zh-Hant": {
        "way": "方法",
        "nodes": "節點",
        "given": "給定",
        "back_door": "後門",
        "front_door": "前門",
        "instrument": "工具變數",
        "nothing": "無需",
        "none": "無",
        "title": "哪些已觀察節點可得出{0}對{1}的效應",
        "independent": "數據可否定的獨立性",
        "left": "節點",
        "right": "獨立於",
        "hidden": "隱藏:{}。",
        "no effect": "沒有箭頭路徑通往該處,故無效應。",
        "back door": "數據可得出效應:對後門集合作調整。",
        "front door": "數據可得出效應,但並非經調整:經前門集合。",
        "formula": "數據可得出效應,但並非經後門或前門集合。",
        "not": "已觀察節點的數據再多亦無法得出效應:隱藏原因連繫{},兩個模型可在所見上一致而效應不同。",
        "unbounded": "不提供界限:{}。",
        "free": "不論{}的狀態為何皆相同。",
        "instruments": "工具變數僅在線性模型中得出效應;對狀態機率表則只給出界限。",
        "more sets": "除所列 {} 個外可能還有其他集合。",
        "more": "另有 {} 項;--json 全部列出。",
        "many": "僅為其中首 {} 項。",
    },
}


def told_of(model: Model, found: Identification, lang: str, format_: str) -> list[Table]:
    """The ways to the effect, and what data could contradict; one table of plain names for CSV."""
    if format_ == "csv":
        return [_one_table(found)]
    words = WORDS[lang]

    def listed(names: Iterable[str]) -> str:
        return named(model, names, lang)

    rows: list[list[Cell]] = [
        [words[way], listed(nodes) or words["nothing"], listed(given) or None]
        for way, nodes, given in _ways(found)
    ]
    rows = rows or [[words["none"], None, None]]
    columns = [Column(name, words[name]) for name in ("way", "nodes", "given")]
    title = words["title"].format(listed(found.of), labelled(model, found.on, None, lang))
    said = [words["hidden"].format(listed(found.hidden))] if found.hidden else []
    said.append(words[found.way] if found.way else words["not"].format(listed(found.hedge)))
    if isinstance(found.bounds, Unbounded):
        said.append(words["unbounded"].format(found.bounds.reason))
    if found.formula is not None:
        causes = ", ".join(f"{name}" for name in found.of)
        said.append(f"P({found.on} | do({causes})) = {found.formula}")
    if found.free:
        said.append(words["free"].format(listed(found.free)))
    if found.instruments:
        said.append(words["instruments"])
    said += [
        words["more sets"].format(len(each.sets))
        for each in (found.back_door, found.front_door)
        if not each.complete
    ]
    tables = [Table(columns, rows, title, "\n".join(said))]
    tables += bounds_of(model, found, lang, plain=format_ == "table")
    implied = found.implied.found
    if implied:
        shown = implied[:MOST_SHOWN] if format_ == "table" else implied
        columns = [Column(name, words[name]) for name in ("left", "right", "given")]
        rows = [
            [listed([each.left]), listed([each.right]), listed(each.given) or None]
            for each in shown
        ]
        caption = []
        if len(shown) < len(implied):
            caption.append(words["more"].format(len(implied) - len(shown)))
        if not found.implied.complete:
            caption.append(words["many"].format(len(implied)))
        tables.append(Table(columns, rows, words["independent"], sentences(caption, lang)))
    return tables


def _ways(found: Identification) -> Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    kinds: tuple[tuple[str, Listing], ...] = (
        ("back_door", found.back_door),
        ("front_door", found.front_door),
    )
    for kind, listing in kinds:
        for each in listing.sets:
            yield kind, each, ()
    for instrument in found.instruments:
        yield "instrument", (instrument.node,), instrument.given


def _one_table(found: Identification) -> Table:
    columns = [Column(name, "") for name in ("way", "nodes", "given", *BOUND_COLUMNS)]
    rows = [[way, "|".join(nodes), "|".join(given)] for way, nodes, given in _ways(found)]
    if found.formula is not None:
        rows.append(["formula", str(found.formula), ""])
    rows += [
        ["independence", f"{each.left}|{each.right}", "|".join(each.given)]
        for each in found.implied.found
    ]
    missing: list[Cell] = [None] * len(BOUND_COLUMNS)
    cells: list[list[Cell]] = [[*row, *missing] for row in rows]
    for kind, *numbers in bound_rows(found):
        cells.append([kind, "|".join(found.of), None, *numbers])
    return Table(columns, cells)
