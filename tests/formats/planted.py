"""The street network in every format, and mistakes that are planted in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from causal_model.formats.source import Source, read_source
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile

__all__ = ["line_of", "mistake_in", "planted", "street"]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"


def street(suffix: str) -> str:
    """The text of `street.SUFFIX`."""
    return read_source(FIXTURES / f"street.{suffix}").text


def planted(text: str, old: str, new: str, times: int = 1) -> str:
    """The text with the first places of something replaced."""
    assert old in text
    return text.replace(old, new, times)


def mistake_in(parse: Callable[[Source], object], text: str) -> Diagnostic:
    """The only mistake that a parser finds in a text."""
    with pytest.raises(InvalidGraphFile) as caught:
        parse(Source("test", text))
    (found,) = caught.value.diagnostics
    assert found.span.file == "test"
    return found


def line_of(text: str, part: str) -> int:
    """The line, from 1, of the first place of something; empty lines before it do not count."""
    return text[: text.index(part) + len(part) - len(part.lstrip("\n"))].count("\n") + 1
