"""The chart of what is worth watching: how much every node would tell, and what each reading would do."""

from causal_model.charts.words import chart, event, given, label, title_of, words_of
from causal_model.model import Model
from causal_model.questions.watching import Watch
from causal_model.questions.watching import Watched as Node
from causal_model.render.charts.units import BITS, MILLIBITS, PERCENT
from causal_model.render.charts.values import Chart, Key, Reading, Watched, WatchList

__all__ = ["of_watch"]

TOP = 15
WORDS = {
    "en": {
        "title": "What is worth watching for {}?",
        "information": "expected information (mbit)",
        "readings": "{} after each reading (%)",
        "dot": "a reading; its area is its probability",
        "bits": "expected information about {}",
        "indicator": "indicator",
        "change": "moves by {:.1f} pp on average",
        "cost": "{} mbit per unit of cost",
        "together": "Together, chosen one after the other (greedily, which need not be the best): {}.",
        "set": "{} tell {} mbit",
        "entropy": "At most {} bits could be told.",
        "more": "{} more nodes tell less.",
        "and": " + ",
        "comma": "; ",
    },
    "zh-Hant": {
        "title": "為判斷 {},接下來該觀察什麼?",
        "information": "預期資訊量(毫位元)",
        "readings": "每種讀數之後的 {}(%)",
        "dot": "一種讀數;面積為其機率",
        "bits": "關於「{}」的預期資訊量",
        "indicator": "觀察指標",
        "change": "平均變動 {:.1f} pp",
        "cost": "每單位成本 {} 毫位元",
        "together": "合併觀察,逐一貪婪選取(未必最佳):{}。",
        "set": "{} 共 {} 毫位元",
        "entropy": "最多可得知 {} 位元。",
        "more": "另有 {} 個節點資訊量較少。",
        "and": " + ",
        "comma": ";",
    },
}


def of_watch(model: Model, found: Watch, lang: str = "en", *, top: int = TOP) -> Chart:
    """A row for each node, indicators first.

    Args:
        model: the graph, for labels.
        found: the answer.
        lang: of the labels.
        top: how many nodes are drawn.
    """
    words, shared = WORDS[lang], words_of(lang)
    about = event(model, found.outcome.node, found.outcome.states, lang)
    shown = found.watched[:top]
    rows = tuple(_row(model, each, lang) for each in shown)
    panel = WatchList(
        *(PERCENT, MILLIBITS, found.event, shared["now"], rows),
        *(words["information"], words["readings"].format(about)),
    )
    remarks = [words["entropy"].format(BITS.written(found.entropy))]
    several = [each for each in found.together if len(each.nodes) > 1]
    if several:
        told = [
            words["set"].format(
                words["and"].join(label(model, node, None, lang) for node in each.nodes),
                MILLIBITS.written(each.information),
            )
            for each in several
        ]
        remarks.append(words["together"].format(words["comma"].join(told)))
    if len(found.watched) > top:
        remarks.append(words["more"].format(len(found.watched) - top))
    outcome = label(model, found.outcome.node, None, lang)
    keys = [
        Key("bar", words["bits"].format(outcome)),
        Key("dot", words["dot"]),
        Key("level", f"{about} {shared['now']}"),
    ]
    told_first = [title_of(model, lang), given(model, found.findings, lang) + shared["end"]]
    panels = [panel] if rows else []
    return chart(words["title"].format(outcome), told_first, panels, keys, lang, remarks)


def _row(model: Model, node: Node, lang: str) -> Watched:
    words = WORDS[lang]
    readings = tuple(
        Reading(label(model, node.node, each.state, lang), each.event, each.probability)
        for each in node.readings
        if each.event is not None
    )
    under = [words["indicator"]] if node.role == "indicator" else []
    under.append(words["change"].format(100 * node.change))
    if node.per_cost is not None:
        under.append(words["cost"].format(MILLIBITS.written(node.per_cost)))
    return Watched(
        label(model, node.node, None, lang),
        node.information,
        readings,
        words["comma"].join(under),
        strong=node.role == "indicator",
    )
