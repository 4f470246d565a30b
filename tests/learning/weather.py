"""A small graph and its data, for all that learns."""

from pathlib import Path

from causal_model.learning.rows import Rows, columns_of, read_rows
from causal_model.spec.binning import Binning, read_binning
from causal_model.spec.check import read_graph
from causal_model.spec.graph_file import GraphFile

GRAPH = """\
schema_version: 1
id: weather
title: Rain and mood
sources:
  station: {publisher: A weather station, kind: data}
nodes:
  rain:
    unit: mm
    states: {none: {interval: [0, 1]}, some: {interval: [1, 5]}, much: {interval: [5, inf]}}
    sources: [{source: station}]
    table:
      form: table
      confidence: 10
      rows: [{p: {none: 0.6, some: 0.3, much: 0.1}}]
  mood:
    role: outcome
    states: [low, high]
    parents:
      rain: {sign: negative}
    table:
      form: table
      confidence: 4
      rows:
        - {given: {rain: none}, p: {low: 0.2, high: 0.8}}
        - {given: {rain: some}, p: {low: 0.5, high: 0.5}, confidence: 8}
        - {given: {rain: much}, p: {low: 0.9, high: 0.1}}
"""
BINNING = """\
schema_version: 1
source: station
date: day
missing: [NA]
nodes:
  rain: {column: mm, holds: numbers}
  mood: {column: felt, states: {bad: low, fine: high, great: high}}
"""
DATA = """\
day,mm,felt
2026-01-01,0,fine
2026-01-02,1,great
2026-01-03,1.01,bad
2026-01-04,0.2,bad
2026-01-05,5,fine
"""


def write(folder: Path, *, graph: str = GRAPH, binning: str = BINNING, data: str = DATA) -> None:
    """The three files, in a folder."""
    (folder / "weather.yaml").write_text(graph, encoding="utf-8")
    (folder / "binning.yaml").write_text(binning, encoding="utf-8")
    (folder / "days.csv").write_text(data, encoding="utf-8")


def read(folder: Path) -> tuple[GraphFile, Binning, Rows]:
    """The same files, read."""
    graph = read_graph(folder / "weather.yaml")
    binning = read_binning(folder / "binning.yaml", graph)
    rows = read_rows(
        folder / "days.csv",
        columns_of(binning, graph),
        date=binning.date,
        missing=binning.missing,
    )
    return graph, binning, rows
