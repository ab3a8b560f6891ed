"""One claim that was typed rather than written in a document."""

from __future__ import annotations

from collections.abc import Iterable

from symelbo.checking.check import check_text
from symelbo.checking.report import Report
from symelbo.proof import Effort

__all__ = ["check_claim"]


def check_claim(text: str, assumptions: Iterable[str] = (), effort: Effort | None = None) -> Report:
    """Judge a claim in LaTeX or plain text, under assumptions in either.

    >>> from symelbo.checking.single import check_claim
    >>> [claim.outcome.value for claim in check_claim("log p(x, z) = log p(z) + log p(x | z)").claims]
    ['proved']
    """
    line = " ".join(text.split())
    assumed = [" ".join(assumption.split()) for assumption in assumptions]
    if "\\" not in line:
        directives = "".join(f"symelbo: assume {assumption}\n" for assumption in assumed)
        return check_text(f"{directives}{line}\n", "claim.txt", effort)
    directives = "".join(f"% symelbo: assume {assumption}\n" for assumption in assumed)
    display = line if line.startswith(("$$", "\\[", "\\begin")) else f"\\[ {line.strip('$')} \\]"
    return check_text(f"{directives}{display}\n", "claim.tex", effort)
