"""The words in the picture of a graph that do not come from its file."""

from collections.abc import Mapping

from causal_model.glossary import TERMS

__all__ = ["WORDS", "words_in"]

_OWN = {
    "en": {
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

# With the kinds of findings and the roles of nodes, which are called so elsewhere as well.
WORDS = {lang: {**TERMS[lang], **own} for lang, own in _OWN.items()}


def words_in(lang: str) -> Mapping[str, str]:
    """The words in a language, in English where there are none."""
    return WORDS.get(lang, WORDS["en"])
