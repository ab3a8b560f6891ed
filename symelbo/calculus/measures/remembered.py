"""Forms that are kept from one choice of rules to the next, each with the rules that its making asked for.

A term's form depends on a choice of rules only through the answers that its making got. Where another choice gives
the same answers, it is the same form, and nothing is worked out again.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from sympy import Expr

from symelbo.calculus.forms.form import Form
from symelbo.calculus.structure import Structure
from symelbo.language import Family

__all__ = ["Course", "Kept", "Memory"]


@dataclass(slots=True)
class Course:
    """What happens while something is worked out: rules granted, rules refused, and rules that were used.

    `alone` says that it rests on what was worked out before it, so that it can be kept for nothing else.
    """

    granted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)
    alone: bool = False

    def take_in(self, other: Course) -> None:
        """Count what happened in a part as happening here."""
        self.granted |= other.granted
        self.refused |= other.refused
        self.fired |= other.fired
        self.alone = self.alone or other.alone


@dataclass(frozen=True, slots=True)
class Kept:
    """A form and how it came about."""

    form: Form
    course: Course

    def holds_under(self, allowed: frozenset[str]) -> bool:
        """Whether another choice of rules gives the same answers."""
        return self.course.granted <= allowed and self.course.refused.isdisjoint(allowed)


Setting = tuple[object, ...]
"""What else a form depends on: all that two ways of working it out must have in common."""


@dataclass(slots=True)
class Memory:
    """Forms by setting and what they are of: a term, or an integral of a form.

    `conditionals` has what is given in the conditional densities that stand in them, `entangled` which operators bind
    a part of what they mention; `plain` is the structure of normalisers that may not use the context's own.
    """

    forms: dict[tuple[Setting, Hashable], list[Kept]] = field(default_factory=dict)
    conditionals: dict[Family, frozenset[Expr]] = field(default_factory=dict)
    entangled: dict[Expr, bool] = field(default_factory=dict)
    plain: Structure = field(default_factory=lambda: Structure({}))

    def find(self, setting: Setting, what: Hashable, allowed: frozenset[str]) -> Kept | None:
        """The form of a term, or of an integral, under some rules, if it is known."""
        return next((kept for kept in self.forms.get((setting, what), ()) if kept.holds_under(allowed)), None)

    def keep(self, setting: Setting, what: Hashable, kept: Kept) -> None:
        """Keep a form for other choices of rules, unless it is good for nothing else."""
        if not kept.course.alone:
            self.forms.setdefault((setting, what), []).append(kept)
