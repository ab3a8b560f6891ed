"""Which of many changed claims hold: a quick look at one concrete model first, then the full proof on both roads.

Where the changed claims come from is not known here; they are told apart by their place in the list.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from symelbo.calculus.laws.lawful import with_laws
from symelbo.errors import SymelboError
from symelbo.language import Claim, Context
from symelbo.proof.lengths import is_long, of_any_length
from symelbo.proof.prove import Effort, find_proof
from symelbo.proof.roads import agrees_once, confirm
from symelbo.proof.verdict import Verdict
from symelbo.semantics.budget import Budget

__all__ = ["Search", "Trials"]

_STEPS_OF_A_LOOK = 200_000
"""What one look may spend on integrals: enough for a few of them, and not for integrals inside of integrals."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Trials:
    """How many changed claims may be looked at, and how many of them may be put to the full proof.

    `detours` is how many may be taken to other models where the nearest ones have no value for them, `unseen` how many
    may be put to the proof although no model has a value for them. `steps` is what all looks together may
    spend on integrals: once that is gone, only models without integrals are asked.
    """

    looks: int = 260
    proofs: int = 14
    detours: int = 16
    unseen: int = 4
    steps: int = 4_000_000

    @property
    def spent(self) -> bool:
        """Whether nothing more may be tried."""
        return self.looks <= 0 or self.proofs <= 0


@dataclass(slots=True)
class Search(Generic[Key]):
    """Changed claims put to the test in one context, each different claim once.

    >>> from sympy import log
    >>> from symelbo.language import Claim, Relation, context, family, variables
    >>> x, z = variables("x z")
    >>> p = family("p")
    >>> wrong = Claim(log(p(x, z)), Relation.EQUAL, log(p(z)) - log(p(x | z)))
    >>> right = Claim(log(p(x, z)), Relation.EQUAL, log(p(z)) + log(p(x | z)))
    >>> search = Search(context(), Effort(), Trials())
    >>> [key for key, verdict in search.proved([("wrong", wrong), ("right", right)])]
    ['right']
    """

    assumed: Context
    effort: Effort
    trials: Trials
    _seen: set[Claim] = field(default_factory=set)

    def proved(self, proposals: Iterable[tuple[Key, Claim]]) -> Iterator[tuple[Key, Verdict]]:
        """The proposals that are proved, in the order in which they come, until the trials are spent."""
        for key, claim in proposals:
            if self.trials.spent:
                return
            if claim in self._seen:
                continue
            self._seen.add(claim)
            self.trials.looks -= 1
            if not self.plausible(claim):
                continue
            self.trials.proofs -= 1
            verdict = self._verdict(claim)
            if verdict is not None and verdict.proved:
                yield key, verdict

    def plausible(self, claim: Claim) -> bool:
        """Whether one concrete model agrees; what no model can be asked about is not plausible.

        What is proved of a long sequence is proved for sequences of any length, so that a short one is asked.
        """
        if is_long(claim, self.assumed):
            ways = [(general.claim, general.context) for general in of_any_length(claim, self.assumed)]
        else:
            ways = [(claim, self.assumed)]
        return any(self._agrees(said, with_laws(assumed)) for said, assumed in ways)

    def _agrees(self, claim: Claim, assumed: Context) -> bool:
        allowed = min(self.trials.steps, _STEPS_OF_A_LOOK)
        budget = Budget(allowed)
        try:
            return self._agrees_within(budget, claim, assumed)
        finally:
            self.trials.steps -= allowed - max(0, budget.left)

    def _agrees_within(self, budget: Budget, claim: Claim, assumed: Context) -> bool:
        seed, bench = self.effort.seed + 1, self.effort.bench
        try:
            return agrees_once(claim, assumed, seed=seed, bench=bench, budget=budget)
        except SymelboError:
            if self.trials.detours <= 0:
                return False
        except Exception:  # a changed claim need not make sense, and one that trips the evaluator is no repair
            return False
        self.trials.detours -= 1
        try:
            found = confirm(claim, assumed, draws=1, seed=seed, bench=bench, budget=budget)
        except SymelboError:
            self.trials.unseen -= 1
            return self.trials.unseen >= 0
        except Exception:
            return False
        return found.counterexample is None and found.counted > 0

    def _verdict(self, claim: Claim) -> Verdict | None:
        try:
            return find_proof(claim, self.assumed, self.effort)
        except Exception:  # one odd change must not end the search for others
            return None
