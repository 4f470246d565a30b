"""The page of a graph inside a notebook: the one file in a frame of its own."""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from causal_model.page.content import content_of
from causal_model.page.document import page_html

__all__ = ["Framed"]

HEIGHT = 860


@dataclass(frozen=True, eq=False)
class Framed:
    """A page that a notebook shows in a frame; it asks nothing of the kernel, nor of any network.

    Attributes:
        model: the graph; a `causal_model.model.Model`.
        lang: the language that the page opens in, "en" or "zh-Hant".
        height: of the frame, in pixels.
    """

    model: Any
    lang: str = "en"
    height: int = HEIGHT

    @cached_property
    def html(self) -> str:
        """The page as one file, as `causal-model report` writes it."""
        return page_html(content_of(self.model), lang=self.lang)

    def __repr__(self) -> str:
        return f"<Page of {self.model.id!r}: {len(self.model.nodes)} nodes to click on>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        # The frame may run its own scripts and reach nothing of the notebook around it.
        frame = (
            f'<iframe title="{escape(self.model.id)}" sandbox="allow-scripts" width="100%"'
            f' height="{self.height}" style="border:0" srcdoc="{escape(self.html)}"></iframe>'
        )
        return {"text/plain": repr(self), "text/html": frame}
