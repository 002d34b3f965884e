"""How our figures look: the palette and matplotlib's settings, as data."""

from __future__ import annotations

from collections.abc import Mapping

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""C0 to C3: four colours of Okabe and Ito that colour-blind readers tell apart; the page may replace them."""

SETTINGS: Mapping[str, object] = {
    "figure.figsize": (5.2, 3.2),
    "figure.dpi": 72,
    "savefig.dpi": 72,
    "savefig.transparent": True,
    "figure.constrained_layout.use": True,  # labels never fall off the edge
    "font.size": 10,
    "font.family": "DejaVu Sans",  # shipped with matplotlib, so that the layout is the same everywhere
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "papernotes",
    "path.simplify": False,  # which points it drops depends on the last digit
    "text.color": "black",
    "axes.labelcolor": "black",
    "axes.edgecolor": "black",
    "xtick.color": "black",
    "ytick.color": "black",
}
