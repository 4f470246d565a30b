"""One word for one thing: terms that commands, charts, sentences and the page share, in every language.

A finding says something about a node, evidence is what was seen: nothing given means no finding of any
kind, and P(evidence) counts neither what is set nor what is believed. What is elicited is somebody's
judgement, whoever that is; what is counted comes from data.
"""

from collections.abc import Iterable

__all__ = ["TERMS", "either", "listed", "sentences", "term"]

TERMS = {
    "en": {
        "comma": ", ",
        "or": " or ",
        "full stop": ".",
        "between sentences": " ",
        "finding": "finding",
        "nothing given": "nothing given",
        "P(evidence)": "P(evidence)",
        "observed": "observed",
        "excluded": "excluded",
        "likelihood": "likelihood",
        "belief": "belief",
        "do": "do",
        "driver": "driver",
        "mechanism": "mechanism",
        "indicator": "indicator",
        "outcome": "outcome",
        "decision": "decision",
        "utility": "utility",
        "elicited": "elicited",
        "counted": "counted",
        "by definition": "by definition",
        "as read": "as read",
        "Shapley value": "Shapley value",
        "information": "information",
        "sources": "sources",
    },
    "zh-Hant": {
        "comma": "、",
        "or": "或",
        "full stop": "。",
        "between sentences": "",
        "finding": "發現",
        "nothing given": "未給定任何發現",
        "P(evidence)": "P(證據)",
        "observed": "觀察到",
        "excluded": "已排除",
        "likelihood": "似然",
        "belief": "信念",
        "do": "do 干預",
        "driver": "驅動因素",
        "mechanism": "機制",
        "indicator": "觀察指標",
        "outcome": "結果",
        "decision": "決策",
        "utility": "效用",
        "elicited": "主觀估計",
        "counted": "統計",
        "by definition": "依定義",
        "as read": "原檔數字",
        "Shapley value": "夏普利值",
        "information": "資訊",
        "sources": "出處",
    },
}


def term(name: str, lang: str) -> str:
    """A term in a language."""
    return TERMS[lang][name]


def listed(parts: Iterable[str], lang: str) -> str:
    """Parts with commas between them.

    >>> listed(["甲", "乙"], "zh-Hant")
    '甲、乙'
    """
    return TERMS[lang]["comma"].join(parts)


def either(parts: Iterable[str], lang: str) -> str:
    """One of some parts.

    >>> either(["down", "strong down"], "en")
    'down or strong down'
    """
    return TERMS[lang]["or"].join(parts)


def sentences(parts: Iterable[str], lang: str) -> str:
    """Sentences after one another; empty ones are left out.

    >>> sentences(["One.", "", "Two."], "en")
    'One. Two.'
    """
    return TERMS[lang]["between sentences"].join(filter(None, parts))
