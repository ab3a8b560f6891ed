"""Pictures of the bound, drawn with matplotlib where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from symelbo.errors import NotSupported

if TYPE_CHECKING:
    from symelbo.semantics.tables import Sweep

__all__ = ["PICTURES", "check_picture", "plot_sweep"]

PICTURES = (".svg", ".png", ".pdf")
_BLUE, _GREY, _RED = "#1f5fa8", "#444444", "#b3392f"


def check_picture(path: Path) -> None:
    """Raises `NotSupported` if no picture can be written to `path`: its ending is unknown, or matplotlib is missing."""
    if path.suffix.lower() not in PICTURES:
        raise NotSupported(f"{path.name}: a picture is written as {', '.join(PICTURES)}")
    _figure()


def _figure() -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise NotSupported("pictures need matplotlib: install it with  pip install 'symelbo[plot]'") from error
    return Figure


def plot_sweep(sweep: Sweep, path: Path, title: str | None = None) -> None:
    """Draws ELBO, log-evidence and the gap between them as `q` moves, to an SVG, PNG or PDF file.

    Raises `NotSupported` without matplotlib or for another ending, and `OSError` if the file cannot be written.
    """
    check_picture(path)
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "symelbo", "svg.fonttype": "none", "font.size": 10}):
        figure = _figure()(figsize=(6.4, 5.2), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        above.axhline(sweep.log_evidence, color=_GREY, linestyle="--", label="log p(x)")
        above.plot(sweep.positions, sweep.elbo, color=_BLUE, label="ELBO")
        above.fill_between(sweep.positions, sweep.elbo, sweep.log_evidence, color=_BLUE, alpha=0.12, linewidth=0)
        above.set_ylabel(sweep.unit.word)
        below.plot(sweep.positions, sweep.gap, color=_RED, label="gap = KL(q || p(z|x))")
        below.set_ylim(bottom=0)
        below.set_ylabel(sweep.unit.word)
        below.set_xlabel(sweep.axis)
        for axes in (above, below):
            for name, place in sweep.marks:
                axes.axvline(place, color=_GREY, linewidth=0.8, linestyle=":")
                if axes is above:
                    axes.annotate(name, (place, 0.02), xycoords=("data", "axes fraction"), rotation=90, fontsize=8)
            axes.legend(frameon=False, fontsize=9)
            axes.spines[["top", "right"]].set_visible(False)
        if title:
            above.set_title(title, fontsize=11)
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else None
        figure.savefig(path, metadata=metadata, dpi=160)
