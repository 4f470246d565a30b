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
    "INK",
    "LINE",
    "PAPER",
    "RISE",
    "SOFT",
    "TRACK",
]

INK, SOFT, LINE, PAPER = "#1b2430", "#4a5564", "#8792a2", "#ffffff"
BAR, BAR_SET, TRACK, GHOST = "#4a90d9", "#d9772f", "#edf1f5", "#1b2430"
GRID = "#dfe4ea"
# What goes up is dark and plain, what goes down pale and hatched: two greys, whatever the eye.
RISE, FALL, FALL_PAPER = "#0072b2", "#b34700", "#f8e3d6"
# Colour and dash pattern of the channels, in the order of the legend.
CHANNELS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("#0072b2", ()),
    ("#b34700", (9.0, 4.0)),
    ("#00795a", (2.5, 3.0)),
    ("#8a4b80", (16.0, 5.0)),
    ("#5c5c00", (5.0, 3.0)),
)
