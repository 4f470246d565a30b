"""XMLBIF 0.3, the interchange format in XML: read and written.

The document type that such files often carry is read over. The order of a table is that of the parents as
they are listed, the own state running fastest.

References:
    [cozman1998] Cozman, F.G. (1998). The Interchange Format for Bayesian Networks, XMLBIF version 0.3.
"""

from xml.sax.saxutils import escape

from causal_model.formats.draft import Draft
from causal_model.formats.names import printable_names, require_names
from causal_model.formats.source import Reading, Source
from causal_model.formats.xml_tree import Element, Xml
from causal_model.network import Network

__all__ = ["parse_xmlbif", "write_xmlbif"]


def parse_xmlbif(source: Source) -> Reading:
    """Read the text of an XMLBIF file.

    Raises:
        InvalidGraphFile: something is wrong with it; says where.
    """
    xml = Xml(source, doctype=True)
    draft = Draft(xml.locate)
    network = next(xml.root.named("NETWORK"), None) if xml.root.tag == "BIF" else None
    if network is None:
        raise xml.error("N003", "is not XMLBIF, expected <BIF> with a <NETWORK>", xml.root.at)
    for variable in network.named("VARIABLE"):
        _declare(draft, variable)
    for definition in network.named("DEFINITION"):
        _define(xml, draft, definition)
    return draft.reading()


def write_xmlbif(network: Network) -> str:
    """The text of an XMLBIF file; `parse_xmlbif` reads the same names and numbers back.

    Raises:
        GraphFileError: a name has blanks around it, or holds characters that nobody could see.
    """
    printable_names(network, "XMLBIF")
    require_names(network, "XMLBIF", lambda name: name == name.strip())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<BIF VERSION="0.3">', "<NETWORK>"]
    lines.append("  <NAME>unknown</NAME>")
    for name, variable in network.variables.items():
        lines += ['  <VARIABLE TYPE="nature">', f"    <NAME>{escape(name)}</NAME>"]
        lines += [f"    <OUTCOME>{escape(state)}</OUTCOME>" for state in variable.states]
        lines.append("  </VARIABLE>")
    for name, table in network.tables.items():
        lines += ["  <DEFINITION>", f"    <FOR>{escape(name)}</FOR>"]
        lines += [f"    <GIVEN>{escape(parent)}</GIVEN>" for parent in network.parents[name]]
        rows = [" ".join(map(repr, row)) for row in table.reshape(-1, table.shape[-1]).tolist()]
        separator = "\n      "
        lines += [f"    <TABLE>{separator.join(rows)}</TABLE>", "  </DEFINITION>"]
    lines += ["</NETWORK>", "</BIF>"]
    return "\n".join(lines) + "\n"


def _declare(draft: Draft, variable: Element) -> None:
    name = _only(draft, variable, "NAME")
    kind = variable.attributes.get("TYPE", "nature")
    if kind != "nature":
        message = f"{kind[:40]} {name.text.strip()[:40]!r}: expected only discrete chance nodes"
        raise draft.error("N014", message, variable.at)
    # Older files write VALUE.
    outcomes = [each for each in variable.children if each.tag in ("OUTCOME", "VALUE")]
    states = [outcome.text.strip() for outcome in outcomes]
    draft.declare(name.text.strip(), states, name.at, [outcome.at for outcome in outcomes])


def _define(xml: Xml, draft: Draft, definition: Element) -> None:
    child = _only(draft, definition, "FOR")
    given = list(definition.named("GIVEN"))
    parents = [parent.text.strip() for parent in given]
    name = child.text.strip()
    shape = draft.open_table(name, parents, child.at, [parent.at for parent in given])
    table = _only(draft, definition, "TABLE")
    draft.fill_from_words(
        name, xml.words(table), shape, table.at, lambda number: xml.word_at(table, number)
    )


def _only(draft: Draft, element: Element, tag: str) -> Element:
    """The one child of this name.

    Raises:
        InvalidGraphFile: there is none, or there are several.
    """
    found = list(element.named(tag))
    if len(found) != 1:
        at = found[1].at if found else element.at
        raise draft.error(
            "N003", f"found {len(found)} <{tag}> in <{element.tag}>, expected one", at
        )
    return found[0]
