"""XMLBIF and what all XML formats refuse; one planted mistake for every rule, at its line."""

from pathlib import Path

import pytest

from causal_model.formats.registry import read_network
from causal_model.formats.source import Source
from causal_model.formats.xdsl import parse_xdsl
from causal_model.formats.xmlbif import parse_xmlbif
from causal_model.spec.diagnostics import InvalidGraphFile
from tests.formats.planted import line_of, mistake_in, planted, street

STREET, XDSL = street("xmlbif"), street("xdsl")

# Rule, what is replaced by what, a part of the line where it is reported, and of the message.
PLANTED = [
    ("N003", "</NETWORK>", "</NET>", "</NET>", "is not XML: mismatched tag"),
    ("N003", "NETWORK>", "NET>", "<BIF", "is not XMLBIF"),
    ("N003", "<NAME>rain</NAME>\n", "\n", "nature", "found 0 <NAME> in <VARIABLE>"),
    ("N003", "<FOR>rain</FOR>", "<FOR>rain</FOR>\n<FOR>rain</FOR>", "\n<FOR>", "found 2 <FOR>"),
    ("N003", "    <TABLE>0.5 0.3 0.2</TABLE>\n", "", "  <DEFINITION>", "found 0 <TABLE>"),
    ("N004", "<NAME>sprinkler", "<NAME>rain", ">\n    <OUTCOME>off", "declared in line 12"),
    ("N004", "<OUTCOME>on", "<OUTCOME>off", "off</OUTCOME>\n  </V", "has state 'off' twice"),
    ("N005", "<GIVEN>sprinkler", "<GIVEN>sprinkle", "sprinkle<", "parent 'sprinkle' is not declared"),
    ("N005", "<FOR>sprinkler", "<FOR>sprinkle", "sprinkle<", "variable 'sprinkle' is not declared"),
    ("N005", "<OUTCOME>on<", "<OUTCOME> <", "<OUTCOME> <", "'' is no name of a state"),
    ("N006", "<OUTCOME>off</OUTCOME>\n    <OUTCOME>on</OUTCOME>", "", "sprinkler<", "has no states"),
    ("N007", "0.5 0.3 0.2", "0.5 0.3\n oh", "\n oh", "found 'oh'"),
    ("N007", "0.5 0.3 0.2", "0.5 0.7\n -0.2", "0.5 0.7", "P(rain=very much) is -0.2"),
    ("N008", "0.5 0.3 0.2", "0.5 0.5", "<TABLE>0.5 0.5", "'rain' has 2 numbers, expected 3"),
    ("N010", "0.1 0.9", "0.1 0.8", "0.1 0.8", "row (sprinkler=on, rain=none) of 'wet street' sums"),
    ("N011", "<GIVEN>sprinkler", "<GIVEN>wet street", "<GIVEN>wet", "a parent of itself"),
    ("N013", "<FOR>sprinkler", "<FOR>rain", "rain</FOR>\n    <G", "got its table in line 29 already"),
    ("N014", 'TYPE="nature"', 'TYPE="utility"', "utility", "utility 'rain': expected only discrete"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "where", "message"), PLANTED)
def test_a_planted_mistake_is_found_at_its_line(
    code: str, old: str, new: str, where: str, message: str
) -> None:
    text = planted(STREET, old, new, times=2 if old == "NETWORK>" else 1)
    found = mistake_in(parse_xmlbif, text)
    assert (found.code, found.span.line) == (code, line_of(text, where))
    assert message in found.message


LAUGHS = '<!DOCTYPE x [ <!ENTITY a "ha"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"> ]>\n'
OUTSIDE = '<!DOCTYPE x [ <!ENTITY a SYSTEM "file:///etc/hostname"> ]>\n'
PARAMETER = '<!DOCTYPE x [ <!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a; ]>\n'


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE, PARAMETER])
def test_entities_are_refused(doctype: str) -> None:
    for text, tag, parse in [(STREET, "<BIF ", parse_xmlbif), (XDSL, "<smile ", parse_xdsl)]:
        at = text.index(tag)
        start = text.index("<!DOCTYPE") if "<!DOCTYPE" in text else at
        hostile = text[:start] + doctype + text[at:].replace("none", "&a;")
        with pytest.raises(InvalidGraphFile, match=r"\[N003\].* is not allowed"):
            parse(Source("test.xml", hostile))


def test_what_is_not_declared_is_no_entity() -> None:
    for text, parse in [(STREET, parse_xmlbif), (XDSL, parse_xdsl)]:
        with pytest.raises(InvalidGraphFile, match="N003"):
            parse(Source("test.xml", text.replace("none", "&none;")))


def test_a_document_type_is_no_part_of_xdsl() -> None:
    at = XDSL.index("<smile")
    text = XDSL[:at] + '<!DOCTYPE smile SYSTEM "smile.dtd">\n' + XDSL[at:]
    with pytest.raises(InvalidGraphFile, match=r":2:35: error\[N003\] a document type declaration"):
        parse_xdsl(Source("test.xdsl", text))


def test_deep_nesting_is_refused() -> None:
    text = "<a>" * 100_000
    with pytest.raises(InvalidGraphFile, match="nested deeper than 50 levels"):
        parse_xmlbif(Source("test.xml", text))


def test_characters_of_other_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "street.xdsl"
    path.write_bytes(XDSL.replace("none", "kühl").encode("iso-8859-1"))
    assert read_network(path).variables["rain"].states[0] == "kühl"


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "street.xdsl"
    path.write_bytes(XDSL.replace("ISO-8859-1", "EBCDIC-CP-BE").encode())
    with pytest.raises(InvalidGraphFile) as caught:
        read_network(path)
    assert [each.code for each in caught.value.diagnostics] == ["N002"]


def test_a_mistake_after_wide_characters_has_the_right_column() -> None:
    text = STREET.replace("none", "温度").replace("0.5 0.3 0.2", "0.5 0.3 温")
    with pytest.raises(InvalidGraphFile, match=r":30:20: error\[N007\]"):
        parse_xmlbif(Source("test.xml", text))
