"""Labels and sentences that several commands print, in the languages of `--lang`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from causal_model.cli.output import Column
from causal_model.glossary import listed, sentences, term
from causal_model.illustrate import NOTES
from causal_model.in_words import label as labelled
from causal_model.inference.findings import describe
from causal_model.inference.result import EstimatedResult, MostProbable, QueryResult
from causal_model.spec.evidence import Finding

__all__ = [
    "closing",
    "evidence_in_words",
    "headed",
    "labelled",
    "of_draws",
    "of_evidence",
    "of_findings",
    "of_states",
]


SENTENCES = {
    "en": {
        "given": "Given {}.",
        "nothing": "Nothing given.",
        "states": "P(these states | findings)",
        "tied": "Other states of these nodes are just as probable.",
        "draws": "; by {:,} draws with an effective sample size of {:,.0f}",
    },
    "zh-Hant": {
        "given": "給定 {}。",
        "nothing": "未給定任何發現。",
        "states": "P(這些狀態 | 發現)",
        "tied": "這些節點另有其他狀態同樣可能。",
        "draws": ";依 {:,} 次抽樣,有效樣本數 {:,.0f}",
    },
}
# By heading; what is not here stays English, as names in CSV always do.
HEADINGS = {
    "zh-Hant": {
        "node": "節點",
        "state": "狀態",
        "prior": "先驗",
        "posterior": "後驗",
        "change": "變化",
        "s.e.": "標準誤",
        "most probable": "最可能狀態",
        "probability": "機率",
        "graph": "圖",
        "title": "標題",
        "nodes": "節點數",
        "arrows": "箭頭數",
        "extends": "延伸自",
        "outcome": "結果節點",
        "label": "名稱",
        "role": "角色",
        "states": "狀態",
        "parents": "上游節點",
        "table": "機率表",
        "confidence": "信心",
        "supports": "支持",
        "publisher": "出版者",
        "kind": "類型",
        "quote": "引文",
        "gloss": "英譯",
        "note": "備註",
        "what": "項目",
        "predicted": "預計",
        "method": "方法",
        "rows": "列數",
        "elicited only": "僅主觀估計",
        "weight of data": "數據權重",
        "score": "分數",
        "against": "對照",
        "its score": "對照分數",
        "better by": "優於對照",
        "from": "自",
        "to": "至",
        "forecast": "預測",
        "came": "發生",
        "share": "比例",
        "row": "列",
        "basis": "依據",
        "alone": "單獨",
        "mean": "平均",
        "verdict": "判定",
        "claim": "主張",
        "measured": "測得",
        "distance": "距離",
        "where": "位置",
        "size": "大小",
        "scenario": "情景",
        "variant": "變體",
        "weight": "權重",
    },
}


def headed(columns: Iterable[Column], lang: str) -> list[Column]:
    """Columns with their headings in a language; headings that are labels of a graph do not come here."""
    known = HEADINGS.get(lang, {})
    return [replace(each, heading=known.get(each.heading, each.heading)) for each in columns]


def closing(lang: str) -> str:
    """What is said after every answer."""
    return NOTES[lang]


def evidence_in_words(lang: str) -> str:
    """The name of the probability of the evidence."""
    return term("P(evidence)", lang)


def of_evidence(result: QueryResult, lang: str = "en") -> str:
    """What was given, and how probable it is.

    The probability is left out when nothing was seen, as it would be 1 whatever the graph.
    """
    given = of_findings(result.findings, lang)
    seen = any(each.kind not in ("do", "belief") for each in result.findings)
    if not seen:
        return given
    return sentences(
        [given, f"{evidence_in_words(lang)} = {result.evidence_probability:.4g}"], lang
    )


def of_findings(findings: Sequence[Finding], lang: str = "en") -> str:
    """What was given, as it would be typed."""
    words = SENTENCES[lang]
    if not findings:
        return words["nothing"]
    return words["given"].format(listed((describe(each, lang) for each in findings), lang))


def of_draws(result: EstimatedResult, lang: str = "en") -> str:
    """How an estimate came about."""
    return SENTENCES[lang]["draws"].format(result.draws, result.effective_sample_size)


def of_states(best: MostProbable, lang: str = "en") -> str:
    """What was given, how probable the most probable states are, and whether others are as well."""
    words = SENTENCES[lang]
    told = f"{words['states']} = {best.probability:.4g}{term('full stop', lang)}"
    return sentences(
        [of_findings(best.findings, lang), told, words["tied"] if best.tied else ""], lang
    )
