"""Small graph files with decisions."""

import textwrap
from pathlib import Path

__all__ = ["LIGHT", "write_graph"]

HEAD = """\
schema_version: 1
id: small
title: {en: Small}
sources: {j: {publisher: me, kind: judgement}}
nodes:
"""

# Only the worse of two first options can turn the light on, and it is never broken.
LIGHT = """\
first: {kind: decision, states: [sure, risky]}
light:
  states: [on, broken, off]
  parents: {first: {sign: mixed, sources: [{source: j}]}}
  table: {form: table, sources: [{source: j}], rows: [
    {given: {first: sure}, p: {on: 0, broken: 0, off: 1}},
    {given: {first: risky}, p: {on: 0.5, broken: 0, off: 0.5}}]}
second: {kind: decision, label: {en: Second bet}, states: [dark, bright], parents: [light]}
pay:
  {kind: utility, parents: [first], table: {sources: [{source: j}], rows: [
    {given: {first: sure}, value: 10}, {given: {first: risky}, value: 4}]}}
won:
  {kind: utility, parents: [light, second], table: {sources: [{source: j}], rows: [
    {given: {light: [off, broken], second: dark}, value: 1},
    {given: {light: [off, broken], second: bright}, value: 0},
    {given: {light: on, second: dark}, value: 0}, {given: {light: on, second: bright}, value: 3}]}}
"""


def write_graph(path: Path, nodes: str) -> str:
    """Write nodes, as YAML whose numbers all come from the source `j`, as a graph file."""
    path.write_text(HEAD + textwrap.indent(textwrap.dedent(nodes), "  "), encoding="utf-8")
    return str(path)
