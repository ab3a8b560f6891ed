"""Derivations: chains of steps, each made by a rule and proved when it is made.

A `Proof` is the desk at which a chain is written: it applies moves to the last term and keeps what comes out only if
`symelbo.proof` proves the step. `Chain` and `Derivation` are what is left when the work is done: immutable values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from sympy import Basic, Expr

from symelbo.derive.rules import Rule
from symelbo.derive.written import evaluated, rewritten
from symelbo.errors import DerivationError
from symelbo.language import Claim, Context, Relation
from symelbo.proof import Effort, Verdict, prove_claim

if TYPE_CHECKING:
    from symelbo.writing import Document

__all__ = ["Chain", "Derivation", "Detail", "Move", "Proof", "Step", "Words"]

Words = tuple[str | Basic, ...]
"""A sentence in which terms stand between words."""
Detail = Literal["terse", "detailed"]


@dataclass(frozen=True, slots=True)
class Move:
    """A rule made ready: `rewrite` gives the new form of a part that the rule applies to, or None; `words` say why."""

    rule: Rule
    rewrite: Callable[[Expr], Expr | None]
    words: Words

    @property
    def relation(self) -> Relation:
        """How the old term stands to the new one."""
        return self.rule.relation


@dataclass(frozen=True, slots=True)
class Step:
    """One proved step: `before relation term`, by a rule applied to the part `where`.

    `minor` steps are only shown where every step is; `brief` is the reason for a step together with the minor ones
    before it.
    """

    before: Expr
    relation: Relation
    term: Expr
    rule: Rule
    words: Words
    where: Expr
    verdict: Verdict
    minor: bool = False
    brief: Words | None = None

    @property
    def claim(self) -> Claim:
        """What the step says."""
        return Claim(self.before, self.relation, self.term)


@dataclass(frozen=True, slots=True)
class Chain:
    """A start and the steps from it, with a sentence before it and names for parts of the last line.

    `assumptions` are those that only this chain and the ones after it rest on.
    """

    start: Expr
    steps: tuple[Step, ...]
    lead: Words = ()
    names: tuple[tuple[Expr, str], ...] = ()
    assumptions: tuple[Claim, ...] = ()

    @property
    def result(self) -> Expr:
        """The last line."""
        return self.steps[-1].term if self.steps else self.start

    @property
    def relation(self) -> Relation:
        """How the start stands to the last line."""
        return _composed(self.steps)

    def lines(self, detail: Detail = "terse") -> Iterator[tuple[Relation, Expr, Words]]:
        """The lines to be shown: every step, or every step that is not minor with the reasons on the way to it."""
        waiting: list[Step] = []
        for step in self.steps:
            waiting.append(step)
            if detail == "terse" and step.minor and step is not self.steps[-1]:
                continue
            yield _composed(tuple(waiting)), step.term, _together(waiting)
            waiting = []


def _composed(steps: tuple[Step, ...]) -> Relation:
    return next((step.relation for step in steps if step.relation is not Relation.EQUAL), Relation.EQUAL)


def _together(steps: list[Step]) -> Words:
    if len(steps) > 1 and steps[-1].brief is not None:
        return steps[-1].brief
    said: list[Words] = []
    for step in steps:
        if step.words and step.words not in said:
            said.append(step.words)
    return tuple(piece for place, words in enumerate(said) for piece in ((", ", *words) if place else words))


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation in one or several chains, with everything that it assumes.

    `source` says where the mathematics comes from, `closing` is said after the last chain. `_repr_latex_` and the
    methods named after formats show it; `steps` has every proved step.
    """

    name: str
    title: str
    chains: tuple[Chain, ...]
    context: Context = field(default_factory=Context)
    source: str = ""
    opening: Words = ()
    closing: Words = ()
    assumptions: tuple[Claim, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for chain in self.chains for step in chain.steps)

    @property
    def start(self) -> Expr:
        """Where the last chain begins."""
        return self.chains[-1].start

    @property
    def result(self) -> Expr:
        """Where the last chain ends."""
        return self.chains[-1].result

    def document(self, *, detail: Detail = "terse", reasons: bool = True, names: bool = True) -> Document:
        """The derivation as a document that `symelbo.writing` can write in every format."""
        from symelbo.derive.display import document

        return document(self, detail=detail, reasons=reasons, names=names)

    def latex(self, **options: Any) -> str:
        """amsmath displays, without a preamble. Options are those of `document`."""
        return self.write("latex", **options)

    def write(self, style: str, **options: Any) -> str:
        """The derivation in a format: text, latex, tex (a whole file), md, myst or html."""
        from symelbo.writing import write

        return write(self.document(**options), style)

    def _repr_latex_(self) -> str:
        from symelbo.writing import write

        return write(self.document(), "display")

    def __str__(self) -> str:
        return self.write("text")


@dataclass(slots=True)
class Proof:
    """A chain in the making. Every method that adds a step returns the proof itself.

    >>> from sympy import log
    >>> from symelbo import family, variables
    >>> from symelbo.derive import moves
    >>> x, z = variables("x z")
    >>> Proof(log(family("p")(x))).by(moves.marginalise(z)).term
    log(Integral(p(x, z), z))
    """

    start: Expr
    context: Context = field(default_factory=Context)
    effort: Effort = field(default_factory=Effort)
    steps: list[Step] = field(default_factory=list)

    @property
    def term(self) -> Expr:
        """The last line so far."""
        return self.steps[-1].term if self.steps else self.start

    def by(
        self,
        move: Move,
        *,
        everywhere: bool = False,
        minor: bool = False,
        words: Words | None = None,
        brief: Words | None = None,
    ) -> Proof:
        """Apply a move to the first part that it fits, or to all outermost ones, and prove the step.

        Raises `DerivationError` when it fits nowhere or when the step is not proved.
        """
        found: list[Expr] = []

        def change(part: Expr) -> Expr | None:
            new = None if found and not everywhere else move.rewrite(part)
            if new is not None:
                found.append(part)
            return new

        after = rewritten(self.term, change)
        if not found:
            raise DerivationError(f"the rule {move.rule.identifier} does not apply to any part of {self.term}")
        said = move.words if words is None else words
        return self._add(move.rule, move.relation, after, found[0], said, minor, brief)

    def to(
        self,
        term: Expr,
        rule: Rule,
        words: Words,
        *,
        minor: bool = False,
        relation: Relation | None = None,
        brief: Words | None = None,
    ) -> Proof:
        """Go to a term that a rule allows, where saying it is simpler than rewriting; proved like every step."""
        return self._add(rule, relation or rule.relation, term, self.term, words, minor, brief)

    def try_by(self, move: Move, **options: Any) -> Proof:
        """`by`, where the move may fit nowhere: then nothing happens."""
        if rewritten(self.term, move.rewrite) is self.term:
            return self
        return self.by(move, **options)

    def _add(
        self, rule: Rule, relation: Relation, after: Expr, where: Expr, words: Words, minor: bool, brief: Words | None
    ) -> Proof:
        before = self.term
        claim = Claim(evaluated(before), relation, evaluated(after))
        verdict = prove_claim(claim, self.context, self.effort)
        if not verdict.proved:
            found = "refuted" if verdict.refuted else f"not proved ({verdict.reason})"
            raise DerivationError(
                f"the step by {rule.identifier} is {found}: {before} {relation.value} {after}"
                + ("" if self.context.assumptions else "; say what is assumed of the densities")
            )
        self.steps.append(Step(before, relation, after, rule, words, where, verdict, minor, brief))
        return self

    def chain(self, *lead: str | Basic, names: tuple[tuple[Expr, str], ...] = ()) -> Chain:
        """The chain as written, with a sentence to stand before it."""
        return Chain(self.start, tuple(self.steps), tuple(lead), names)

    def last_is(self, **change: Any) -> Proof:
        """Change how the last step is shown: `minor`, `words`."""
        self.steps[-1] = replace(self.steps[-1], **change)
        return self
