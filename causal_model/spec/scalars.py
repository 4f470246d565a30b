"""Names, numbers, dates and texts as files write them, shared by all file models.

Files deliver text only (see `load`), Python callers also numbers; both are converted here, by the rules
of the YAML 1.2 core schema.
"""

import datetime
import math
import numbers
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

__all__ = [
    "Bound",
    "Cost",
    "Date",
    "Distribution",
    "Flag",
    "Model",
    "Name",
    "Number",
    "Numbers",
    "Probability",
    "Sign",
    "Text",
    "Version",
    "number_hint",
    "number_of",
    "shown",
    "what",
]

LONGEST_NAME, LONGEST_NUMBER = 120, 400
# Percentages are rounded more often than not, so that they miss 100 by a little.
PERCENT_TOLERANCE = 0.5
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_FLAGS = dict.fromkeys(("yes", "y", "on", "true", "1"), "true")
_FLAGS |= dict.fromkeys(("no", "n", "off", "false", "0"), "false")
INFINITIES = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf}
INFINITIES |= {
    f"{sign}.inf": value for sign, value in (("", math.inf), ("+", math.inf), ("-", -math.inf))
}


class Model(BaseModel):
    """A part of a file: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=False)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("S004", "expected a name, got {what}", {"what": what(value)})
    if not value or value != value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise PydanticCustomError(
            "S004",
            "{value} is no name: a name is text of 1 to 120 characters, without control"
            " characters and without blanks around it",
            {"value": repr(value[:40])},
        )
    return value


def number_of(text: str) -> float | None:
    """The number that a text is by the rules of files, None where it is none."""
    if NUMBER.fullmatch(text) and len(text) < LONGEST_NUMBER:
        return float(text)
    return INFINITIES.get(text.lower())


def number_hint(text: str) -> str:
    """How a number must be written that people write in another way; empty where that is not plain.

    >>> number_hint("70%"), number_hint("0,7"), number_hint("ten")
    ('write 0.7', 'write 0.7', '')
    """
    if text.endswith("%"):
        share = number_of(text[:-1].strip().replace(",", "."))
        return "" if share is None else f"write {share / 100:.12g}"
    pointed = text.replace(",", ".")
    return f"write {pointed}" if pointed != text and number_of(pointed) is not None else ""


def _number(value: Any) -> float:
    number = number_of(value) if isinstance(value, str) else value
    if isinstance(number, numbers.Real) and not isinstance(number, bool):
        try:
            found = float(number)
        except OverflowError:
            found = math.nan
        if not math.isnan(found):
            return found
    hint = number_hint(value) if isinstance(value, str) else ""
    raise PydanticCustomError(
        "S005", "expected a number, got {what}", {"what": what(value), "hint": hint}
    )


def _finite(value: Any) -> float:
    number = _number(value)
    if math.isinf(number):
        raise PydanticCustomError(
            "S005", "expected a finite number, got {what}", {"what": str(value)}
        )
    return number


def _cost(value: Any) -> float:
    number = _finite(value)
    if number <= 0:
        raise PydanticCustomError(
            "S005",
            "expected a cost above 0, got {what}",
            {"what": str(value), "hint": "leave it out where it is not known"},
        )
    return number


def _probability(value: Any) -> float:
    number = _finite(value)
    if not 0 <= number <= 1:
        hint = f"if it is a percentage, write {number / 100:.12g}" if 1 < number <= 100 else ""
        raise PydanticCustomError(
            "T007",
            "expected a probability from 0 to 1, got {what}",
            {"what": str(value), "hint": hint},
        )
    return number


def _no_percentages(value: Any) -> Any:
    """Say once about a row of percentages what would else be said about each of its numbers."""
    if isinstance(value, Mapping) and len(value) > 1:
        found = [number_of(each) if isinstance(each, str) else each for each in value.values()]
        shares = [each for each in found if isinstance(each, float) and 0 <= each <= 100]
        if len(shares) == len(found):
            total = math.fsum(shares)
            if abs(total - 100) <= PERCENT_TOLERANCE:
                raise PydanticCustomError(
                    "T001",
                    "the numbers sum to {total}, expected 1",
                    {
                        "total": f"{total:.6g}",
                        "hint": "these are percentages; divide each of them by 100",
                    },
                )
    return value


def _flag(value: Any) -> bool:
    if value in (True, False):
        return bool(value)
    if value in ("true", "false"):
        return bool(value == "true")
    meant = _FLAGS.get(value.lower()) if isinstance(value, str) else None
    raise PydanticCustomError(
        "S003",
        "expected true or false, got {what}",
        {"what": what(value), "hint": f"write {meant}" if meant else ""},
    )


def _version(value: Any) -> int:
    if str(value) != "1":
        raise PydanticCustomError(
            "S008", "expected schema_version 1, got {what}", {"what": str(value)[:60]}
        )
    return 1


def _date(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError(
        "S007", "expected a date such as 2026-01-07, got {what}", {"what": what(value)}
    )


def what(value: Any) -> str:
    """A short description of a value for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return shown(value)


def shown(value: Any) -> str:
    """A value as Python writes it, cut off where it gets long."""
    try:
        return repr(value)[:60]
    except ValueError:
        # Python writes no integers of more than some thousand digits.
        return "a number with too many digits"


Name = Annotated[
    str,
    BeforeValidator(_name),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_NAME}),
]
Number = Annotated[float, BeforeValidator(_finite, json_schema_input_type=float)]
Cost = Annotated[
    float,
    BeforeValidator(_cost, json_schema_input_type=float),
    Field(json_schema_extra={"exclusiveMinimum": 0}),
]
Bound = Annotated[float, BeforeValidator(_number, json_schema_input_type=float | str)]
Probability = Annotated[float, BeforeValidator(_probability, json_schema_input_type=float)]
Flag = Annotated[bool, BeforeValidator(_flag, json_schema_input_type=bool)]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Version = Annotated[int, BeforeValidator(_version, json_schema_input_type=int)]
Numbers = dict[Name, Number]
# Where a high parent leads.
Sign = Literal["positive", "negative", "mixed"]
Distribution = Annotated[
    dict[Name, Probability],
    BeforeValidator(_no_percentages, json_schema_input_type=dict[Name, Probability]),
]


class Text(Model):
    """A text in English and, if at hand, in other languages. A plain string is English."""

    model_config = ConfigDict(populate_by_name=True, title="Text")

    en: str = Field("", description="English.")
    zh_hant: str = Field("", alias="zh-Hant", description="Traditional Chinese.")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"en": value}
        if not isinstance(value, (dict, Text)):
            raise PydanticCustomError(
                "S003",
                "expected a text, or a mapping of languages to texts, got {what}",
                {"what": what(value)},
            )
        return value

    def text(self, lang: str) -> str:
        """The text in a language, else in English, else in whatever there is."""
        wanted = self.zh_hant if lang == "zh-Hant" else self.en
        return wanted or self.en or self.zh_hant
