"""Annotations for a pull request: workflow commands, a line each."""

from causal_model.harmless import plain_text

__all__ = ["annotation"]


def annotation(
    severity: str, file: str, line: int, message: str, *, title: str, column: int | None = None
) -> str:
    """A workflow command that GitHub shows beside a line of a file.

    >>> annotation("error", "a,b.yaml", 3, "100 % wrong", title="T001")
    '::error file=a%2Cb.yaml,line=3,title=T001::100 %25 wrong'
    """
    place = f"file={_property(file)},line={line}" + (f",col={column}" if column else "")
    return f"::{severity} {place},title={_property(title)}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return plain_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
