"""Small graph files that differ in known ways, and their numbers in a form that a hand can check."""

from pathlib import Path

from causal_model.model import Model, load

ONE = """\
schema_version: 1
id: one
title: One cause
nodes:
  cause:
    role: driver
    states: [absent, present]
    table: {form: table, confidence: 10, rows: [{p: {absent: 0.8, present: 0.2}}]}
  sign:
    role: indicator
    states: [quiet, loud]
    parents: {cause: {sign: positive}}
    table:
      form: table
      rows:
        - {given: {cause: absent}, p: {quiet: 0.9, loud: 0.1}}
        - {given: {cause: present}, p: {quiet: 0.25, loud: 0.75}}
  effect:
    role: outcome
    states: [low, high]
    parents: {cause: {sign: positive}}
    table:
      form: table
      rows:
        - {given: {cause: absent}, p: {low: 0.7, high: 0.3}}
        - {given: {cause: present}, p: {low: 0.1, high: 0.9}}
"""

# A second cause joins, the sign hangs on both, and the effect on the second alone.
TWO = """\
schema_version: 1
id: two
title: Two causes
nodes:
  cause:
    role: driver
    states: [absent, present]
    table: {form: table, confidence: 10, rows: [{p: {absent: 0.5, present: 0.5}}]}
  other:
    role: driver
    states: [no, yes]
    table: {form: table, rows: [{p: {no: 0.6, yes: 0.4}}]}
  sign:
    role: indicator
    states: [quiet, loud]
    parents: {other: {sign: positive}, cause: {sign: negative}}
    table:
      form: table
      rows:
        - {given: {cause: absent, other: no}, p: {quiet: 0.5, loud: 0.5}}
        - {given: {cause: absent, other: yes}, p: {quiet: 0.2, loud: 0.8}}
        - {given: {cause: present, other: no}, p: {quiet: 0.6, loud: 0.4}}
        - {given: {cause: present, other: yes}, p: {quiet: 0.4, loud: 0.6}}
  effect:
    role: outcome
    states: [low, high]
    parents: {other: {sign: positive}}
    table:
      form: table
      rows:
        - {given: {other: no}, p: {low: 0.5, high: 0.5}}
        - {given: {other: yes}, p: {low: 0.2, high: 0.8}}
"""

SCENARIOS = {
    "loud": "schema_version: 1\nid: loud\ntitle: A loud sign\ngiven: {sign: loud}\n",
    "second": "schema_version: 1\nid: second\ntitle: The second cause\ngiven: {other: yes}\n",
}


def write_two(folder: Path) -> tuple[Path, Path]:
    """Write both graphs and the scenarios beside them."""
    one, two = folder / "one.yaml", folder / "two.yaml"
    one.write_text(ONE)
    two.write_text(TWO)
    (folder / "scenarios").mkdir()
    for name, text in SCENARIOS.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(text)
    return one, two


def load_two(folder: Path) -> tuple[Model, Model]:
    one, two = write_two(folder)
    return load(one), load(two)
