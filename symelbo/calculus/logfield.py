"""Identities of rational functions, logarithms and exponentials: decided, not tried.

**Theorem.** Let `g_1, …, g_n` be pairwise coprime non-constant polynomials over ℚ, and let `R_0, …, R_n` be rational
functions. If `R_0 + Σ R_j log|g_j| = 0` on an open set, every `R_j` is zero; more generally a polynomial in the
logarithms is zero only if each of its coefficients is.

*Reason.* Pairwise coprime polynomials are multiplicatively independent, also modulo constants, and logarithms of such
functions are algebraically independent over ℂ(x) (A. Ostrowski, Sur les relations algébriques entre les intégrales
indéfinies, Acta Math. 78, 1946; M. Rosenlicht, On Liouville's theory of elementary functions, Pacific J. Math. 65,
1976). Exponentials join them: `exp u_i` for exponents that are linearly independent over ℚ modulo constants are
algebraically independent of the rest (J. Ax, On Schanuel's conjectures, Ann. of Math. 93, 1971), and `log exp u = u`.
What then remains are numbers: `Σ c_k log p_k + c_0 = 0` with rational `c` only if all are zero, by unique factorisation
and F. Lindemann (Über die Zahl π, Math. Ann. 20, 1882). A number is here told from zero by a ball around it.

So an expression is split (products and quotients inside logarithms structurally, sums by greatest common divisors),
collected over the logarithms of a coprime basis, and is zero if and only if all coefficients are.

**Soundness of "zero".** Logarithms are read as `log|·|`: wherever the original logarithms exist the two agree, so no
sign of a factor is needed, and formal cancellation proves the identity wherever the original expression is defined over
the real numbers. Signs are asked for only in `√(ab) = √a √b`, `|a| = a` and `a^b = exp(b log a)`; they come from the
assumptions of symbols, from `positive`, and from the existence of logarithms and roots in the expression itself.

**Where completeness ends.** `Undecided` is the answer, never `NonZero`, when what is left contains: nodes that are not
understood; gamma and polygamma functions (integer shifts are used, other relations are not); absolute values; roots of
products of unknown sign, or roots that share factors; logarithms of algebraic functions such as `log(x + √(x² + 1))`;
logarithms that mix variables with `π`; logarithms inside logarithms or denominators that split further; exponents with
constants other than rational numbers; numbers that a ball of 1024 bits does not tell from zero. The same if a
constraint could not be solved for a symbol, or the budget is used up. Symbols are taken to range over open sets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from symelbo.calculus.logs.budget import Budget, Meaningless, Restart, Work
from symelbo.calculus.logs.certificate import Certificate
from symelbo.calculus.logs.collect import Collected, collect
from symelbo.calculus.logs.constraints import leaves, relevant, solve_constraints
from symelbo.calculus.logs.convert import Converter
from symelbo.calculus.logs.display import residual
from symelbo.calculus.logs.doubt import doubt
from symelbo.calculus.logs.ring import Ring
from symelbo.calculus.logs.survey import Survey
from symelbo.calculus.logs.writing import write_certificate
from symelbo.errors import BudgetExceeded, IllFormed

__all__ = ["DEFAULT_BUDGET", "Certificate", "Decision", "NonZero", "Undecided", "Zero", "decide_zero"]

DEFAULT_BUDGET = Budget(20_000_000)
_RESTARTS = 32
_HIGHEST_ROOT = 60


@dataclass(frozen=True, slots=True)
class Zero:
    """The expression is zero wherever it is defined; `certificate` is the proof, for `logcheck.check`."""

    certificate: Certificate


class NonZero:
    """The expression is certainly not zero everywhere.

    `residual` is what it collects to, as a SymPy expression, or `None` if that is too long to be read. Logarithms in it
    are logarithms of absolute values, as everywhere here.
    """

    def __init__(self, converter: Converter, collected: Collected) -> None:
        self._left = converter, collected

    @cached_property
    def residual(self) -> sp.Expr | None:
        return residual(*self._left)

    def __repr__(self) -> str:
        return f"NonZero({self.residual})"


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither was established; `reason` is a phrase for a person."""

    reason: str


Decision = Zero | NonZero | Undecided


def decide_zero(
    expr: sp.Expr,
    *,
    constraints: Iterable[sp.Basic] = (),
    positive: Iterable[sp.Expr] = frozenset(),
    budget: int = DEFAULT_BUDGET,
) -> Decision:
    """Is `expr` zero wherever it is defined and the constraints hold?

    Args:
        expr: a SymPy expression; nodes that are not understood count as independent unknowns.
        constraints: SymPy equations, solved for a symbol where the solution is the only one.
        positive: symbols and expressions that are positive.
        budget: how many polynomial terms may be touched.

    Raises:
        IllFormed: `expr` is not a SymPy expression.

    Source: section "Theorem" above; Ostrowski (1946), Ax (1971).

    >>> from sympy import log, symbols
    >>> p, q, a, b = symbols("p q a b", positive=True)
    >>> evidence = p*a + (1 - p)*b
    >>> gap = q*log(q*evidence/(p*a)) + (1 - q)*log((1 - q)*evidence/((1 - p)*b))
    >>> elbo = q*log(p*a/q) + (1 - q)*log((1 - p)*b/(1 - q))
    >>> type(decide_zero(log(evidence) - elbo - gap)).__name__
    'Zero'
    >>> decide_zero(log(a*b) - log(a) + log(b))
    NonZero(2*log(b))
    """
    if not isinstance(expr, sp.Expr):
        raise IllFormed(f"{type(expr).__name__} is not an expression that can be zero")
    declared = frozenset(positive)
    rules = tuple(constraints)
    solved, unused = solve_constraints(rules, declared)
    definitions = relevant(solved, rules, expr)
    used = tuple(r for r in rules if isinstance(r, sp.Equality) and any(r.has(s) for s in definitions))
    parts = [expr, *definitions, *definitions.values()]
    facts = _about(parts, declared)
    survey = Survey([*parts, *facts])
    slots, degrees = survey.slots, survey.degrees
    work = Work(budget)
    for _ in range(_RESTARTS):
        try:
            ring = Ring(slots, degrees, work)
            converter = Converter(ring, declared, (*facts, *survey.defined), definitions, used)
            collected = collect(converter, converter.convert(expr))
            if collected.coefficients:
                left = [rule.xreplace(solved) for rule in unused]
                reason = _bound(expr.xreplace(definitions), left) or doubt(converter, collected)
                return NonZero(converter, collected) if reason is None else Undecided(reason)
            certificate = write_certificate(converter, expr)
            return Undecided("no certificate could be written") if certificate is None else Zero(certificate)
        except Restart as restart:
            slots = max(slots, restart.slots)
            if restart.degree > _HIGHEST_ROOT:
                return Undecided("roots of roots do not come to an end")
            if restart.key is not None:
                degrees[restart.key] = restart.degree
        except (BudgetExceeded, Meaningless) as stop:
            return Undecided(str(stop))
        except RecursionError:
            return Undecided("the expression is nested too deeply")
    return Undecided("the roots and exponentials of the expression do not settle")


def _about(parts: list[sp.Expr], declared: frozenset[sp.Expr]) -> list[sp.Expr]:
    """The declarations about these expressions; others would only make the certificate longer."""
    if not declared:
        return []
    known = set().union(*map(leaves, parts))
    return [p for p in sorted(declared, key=sp.default_sort_key) if leaves(p) <= known]


def _bound(expr: sp.Expr, unused: list[sp.Basic]) -> str | None:
    """Does a constraint that was not solved say anything about the expression?"""
    unknown = leaves(expr)
    for rule in unused:
        redundant = isinstance(rule, sp.Equality) and isinstance(decide_zero(rule.lhs - rule.rhs), Zero)
        if not redundant and any(leaves(side) & unknown for side in rule.args):
            return "a constraint could not be solved for a symbol"
    return None
