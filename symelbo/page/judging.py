"""A text from the page to what the page shows of it."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final

from symelbo.checking.check import check_text
from symelbo.checking.json_report import as_dict
from symelbo.checking.report import ClaimReport
from symelbo.errors import BudgetExceeded

__all__ = ["KINDS", "LONGEST", "judged"]

KINDS: Final = {"md": "text.md", "tex": "text.tex", "txt": "text.txt"}
LONGEST: Final = 100_000
"""Characters of a text."""
_SECONDS: Final = 30.0


def judged(text: str, kind: str, seconds: float = _SECONDS) -> dict[str, Any]:
    """The report on a text as `symelbo check --format json` gives it, and for each claim its sides in MathML.

    After `seconds` the claims that are left stay unknown, with that reason.
    """
    end = monotonic() + seconds

    def until_the_end(*_: Any) -> None:
        if monotonic() > end:
            raise BudgetExceeded(
                f"not judged: the page gives a text {seconds:g} seconds; use symelbo check for long ones"
            )

    report = check_text(text, KINDS[kind], progress=until_the_end, repairs=True)
    data = as_dict(report)
    for file, plain in zip(report.files, data["files"], strict=True):
        for claim, shown in zip(file.claims, plain["claims"], strict=True):
            shown["mathml"] = _mathml(claim)
            shown["lines"] = claim.witness.lines() if claim.witness is not None else []
    return data


def _mathml(claim: ClaimReport) -> list[str] | None:
    """Both sides as read, or None where nothing was read; the page then shows the source."""
    if claim.claim is None:
        return None
    from symelbo.writing.compose import compose
    from symelbo.writing.mathml import math_element

    try:
        return [math_element(compose(side)) for side in (claim.claim.lhs, claim.claim.rhs)]
    except Exception:  # only how a claim is shown; the page has the source as well
        return None
