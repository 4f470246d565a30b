"""Colours of all pictures: those of Okabe & Ito, dark enough to be read in grey.

People who do not see red and green can tell them apart; no meaning hangs on colour alone.
"""

__all__ = [
    "BAR",
    "BAR_SET",
    "CHANNELS",
    "FALL",
    "FALL_PAPER",
    "GHOST",
    "GRID",
    "HEADERS",
    "INK",
    "INK_SET",
    "LINE",
    "PAPER",
    "RISE",
    "SOFT",
    "TRACK",
    "Stroke",
]

# A colour and a dash pattern.
Stroke = tuple[str, tuple[float, ...]]

INK, SOFT, LINE, PAPER = "#1b2430", "#4a5564", "#8792a2", "#ffffff"
BAR, BAR_SET, TRACK, GHOST = "#4a90d9", "#d9772f", "#edf1f5", "#1b2430"
GRID = "#dfe4ea"
# Lines and words for what somebody sets, and for what that cuts.
INK_SET = "#9c3d00"
# What goes up is dark and plain, what goes down pale and hatched: two greys, whatever the eye.
RISE, FALL, FALL_PAPER = "#0072b2", "#b34700", "#f8e3d6"
# Behind the label of a node, by its role.
HEADERS = {
    "driver": "#fbf0cf",
    "mechanism": "#e9eef4",
    "indicator": "#e4f1ea",
    "outcome": "#20364f",
    "decision": "#e8e2f4",
    "utility": "#f7e4dc",
}
# Of the channels, in the order of the legend.
CHANNELS: tuple[Stroke, ...] = (
    ("#0072b2", ()),
    ("#b34700", (9.0, 4.0)),
    ("#00795a", (2.5, 3.0)),
    ("#8a4b80", (16.0, 5.0)),
    ("#5c5c00", (5.0, 3.0)),
)
