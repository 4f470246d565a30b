"""Effects as one table for programs."""

from causal_model.cli.intervals import csv_columns
from causal_model.cli.output import Cell, Column, Table
from causal_model.questions.interventions.result import NUMBERS, Effects

__all__ = ["one_table"]


def one_table(found: Effects) -> Table:
    """All numbers under the same columns; where there are intervals, both ends of each come last."""
    columns = [
        *(Column(name, "") for name in found.of),
        *(Column("part", ""), Column("item", "")),
        *(Column(name, "") for name in NUMBERS),
    ]
    if found.interval:
        columns += [column for name in NUMBERS for column in csv_columns(name)]
    asked: list[tuple[str, str, str | None]] = [("state", each, each) for each in found.states]
    if found.event:
        asked.append(("event", "|".join(found.event), None))
    rows: list[list[Cell]] = []
    for effect, sure in found.in_turn:
        heads: list[Cell] = [
            own if isinstance(own, str) else ",".join(f"{s}:{p!r}" for s, p in own.items())
            for own in effect.setting.values()
        ]
        own_rows: list[list[Cell]] = []
        for part, item, state in asked:
            row: list[Cell] = [part, item, *effect.numbers(state)]
            if sure:
                row += [end for pair in sure.ends(state) for end in pair or (None, None)]
            own_rows.append(row)
        if effect.channels:
            shares = {**effect.channels.shares, "": effect.channels.other}
            spread = sure.channels if sure else None
            ends = {**spread.shares, "": spread.other} if spread else {}
            for name, each in shares.items():
                own_rows.append(["channel" if name else "other", name, None, each])
                if name in ends:
                    # Shares are changes, and so are the ends: neither seen, confounding nor done has any.
                    own_rows[-1] += [None, None, None, None, *ends[name]]
        rows += [[*heads, *row] for row in own_rows]
    return Table(columns, [row + [None] * (len(columns) - len(row)) for row in rows])
