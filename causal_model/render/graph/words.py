"""The words in the picture of a graph that do not come from its file."""

from collections.abc import Mapping

__all__ = ["WORDS", "words_in"]

WORDS = {
    "en": {
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
        "informs": "known when deciding",
        "bar": "probability now",
        "ghost": "with nothing given",
        "positive": "same direction",
        "negative": "opposite",
        "mixed": "depends",
        "cut": "cut by do",
        "width": "width: effect on its child (0 to {:.0f} pp)",
    },
    "zh-Hant": {
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
        "informs": "決策時已知",
        "bar": "目前機率",
        "ghost": "未給定任何發現時",
        "positive": "同向",
        "negative": "反向",
        "mixed": "視情況",
        "cut": "被 do 切斷",
        "width": "粗細:對下游節點的影響(0 至 {:.0f} pp)",
    },
}


def words_in(lang: str) -> Mapping[str, str]:
    """The words in a language, in English where there are none."""
    return WORDS.get(lang, WORDS["en"])
