r"""Functions that a document gives at a place that has a value of its own: `\hat x(z_\phi) = \cos\phi \, z_\phi - ...`.

Such an equation says nothing of other places: what stands in it beside the argument may belong to that place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sympy import Expr
from sympy.core.function import AppliedUndef

from symelbo.language import Claim, Context, Relation
from symelbo.language.walks import found_in

__all__ = ["Places"]


@dataclass(slots=True)
class Places:
    """The functions met that are given so, each with the words that give it."""

    found: list[tuple[AppliedUndef, str]] = field(default_factory=list)

    def remember(self, claim: Claim, words: str, context: Context) -> None:
        """Keep an equation in mind that gives a function at a variable with a value, so that it was not taken in."""
        call = claim.lhs
        if claim.relation is Relation.EQUAL and isinstance(call, AppliedUndef):
            made = {item.name for item in context.definitions}
            if made & set(call.args) and context.expand(call).func == call.func:
                self.found.append((call, words))

    def gap(self, sides: Sequence[Expr]) -> str | None:
        """Why a claim refutes nothing that has such a function at another place on one side alone; None otherwise."""
        if not self.found or len(sides) != 2:
            return None
        used = found_in(sides[0], AppliedUndef) ^ found_in(sides[1], AppliedUndef)
        for call, words in self.found:
            if any(other.func == call.func and other != call for other in used):
                return (
                    f"{words} gives {call.func} at {', '.join(map(str, call.args))} alone; "
                    f"write what it is at any place, with all that it depends on as arguments"
                )
        return None
