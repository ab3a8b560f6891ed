"""Claims in which explicit and abstract densities meet: a Gaussian decoder under an encoder that nothing is known of.

The explicit densities are put into closed form first, as far as that goes; what is left, averages of their parameters
under abstract laws, is for the measure normal form.
"""

from __future__ import annotations

from dataclasses import replace

from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import Judgement, judge
from symelbo.calculus.laws.explicit_claims import closed_claim
from symelbo.calculus.laws.scores import with_conditional_scores
from symelbo.calculus.sequences.chains import is_chain
from symelbo.errors import NotSupported
from symelbo.language import Claim, Context, Definition, Density, Relation

__all__ = ["judge_mixed"]


def judge_mixed(claim: Claim, assumed: Context, budget: Budget) -> Judgement | None:
    """The word of the calculus on the claim with its explicit densities written out; None where that changes nothing.

    Raises `BudgetExceeded`.

    >>> from sympy import Eq, Function, Rational, log, pi
    >>> from symelbo.language import E, context, family, known, variables
    >>> x, z = variables("x z")
    >>> p, q, f = family("p"), family("q"), Function("f", real=True)
    >>> given = context([Eq(p(x | z), known("Normal", x, f(z), 1))])
    >>> written = -E((x - f(z)) ** 2, q(z)) / 2 - log(2 * pi) / 2
    >>> judge_mixed(Claim(E(log(p(x | z)), q(z)), Relation.EQUAL, written), given, Budget()).holds
    True
    """
    sequences = tuple(item for item in assumed.definitions if is_chain(item))
    plain = replace(assumed, assumptions=tuple(item for item in assumed.assumptions if item not in sequences))
    sides = [with_conditional_scores(side, assumed) for side in (claim.lhs, claim.rhs)]
    claim = replace(claim, lhs=sides[0], rhs=sides[1])
    try:
        left, right, taken = closed_claim(claim, plain)
    except NotSupported:
        return None
    if (left, right) == (claim.lhs, claim.rhs) or not (left.has(Density) or right.has(Density)):
        return None
    relation = claim.relation
    if taken and relation is Relation.PROPORTIONAL:
        relation = Relation.EQUAL_UP_TO_CONSTANT
    rest = replace(assumed, assumptions=tuple(item for item in assumed.assumptions if not _put_in(item, sequences)))
    return judge(Claim(left, relation, right, claim.wrt), rest, budget)


def _put_in(item: object, sequences: tuple[Definition, ...]) -> bool:
    return isinstance(item, Definition) and item not in sequences
