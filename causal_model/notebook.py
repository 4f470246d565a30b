"""How answers show themselves in a notebook: in words, and as a chart where one can be drawn.

What draws charts lies above what answers questions, so an answer finds it by name, and only when a notebook
asks; outside of notebooks nothing of it is loaded.
"""

from contextlib import suppress
from importlib import import_module
from typing import Any

from causal_model.errors import CausalModelError

__all__ = ["Bundle", "bundle", "interactive"]

# What a notebook may choose from, by media type.
Bundle = dict[str, str]


def bundle(
    text: str, *, markdown: str = "", chart: str = "", about: tuple[Any, ...] = ()
) -> Bundle:
    """What `_repr_mimebundle_` gives.

    Args:
        text: the answer in one line.
        markdown: the answer in Markdown; empty for none.
        chart: the function of `causal_model.charts` that draws it.
        about: what that function takes; nothing is drawn where one of them is None, as of an answer that
            came from another process without its graph.
    """
    found = {"text/plain": text}
    if markdown:
        found["text/markdown"] = markdown
    if chart and all(each is not None for each in about):
        charts = import_module("causal_model.charts")
        # A notebook still shows the words of what cannot be drawn.
        with suppress(CausalModelError):
            found["image/svg+xml"] = charts.as_svg(getattr(charts, chart)(*about))
    return found


def interactive(model: Any, lang: str) -> Any:
    """The page of a graph as a value that a notebook shows; see `causal_model.page.framed`."""
    return import_module("causal_model.page.framed").Framed(model, lang)
