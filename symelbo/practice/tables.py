"""Exercises with numbers: a fresh table, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Final

from symelbo.practice.exercise import Exercise, Question
from symelbo.semantics.tables import Report, Table, report

__all__ = ["elbo", "evidence", "gap", "tight"]

_PLACES: Final = 4
_ROUND: Final = "Give four digits after the point; logarithms are natural."


@dataclass(frozen=True, slots=True)
class _Case:
    """A table with `x=1` observed, and its numbers."""

    prior: tuple[Fraction, ...]
    like: tuple[Fraction, ...]
    q: tuple[Fraction, ...]
    found: Report

    @property
    def states(self) -> range:
        return range(len(self.prior))

    @property
    def joint(self) -> tuple[Fraction, ...]:
        return tuple(p * like for p, like in zip(self.prior, self.like, strict=True))

    @property
    def evidence(self) -> Fraction:
        return sum(self.joint, Fraction(0))

    @property
    def posterior(self) -> tuple[Fraction, ...]:
        return tuple(part / self.evidence for part in self.joint)

    def value(self, name: str) -> str:
        """A quantity of the bound, rounded."""
        return f"{float(self.found.quantities[name].ball.mid()):.{_PLACES}f}"


def _case(dice: Random) -> _Case:
    states = dice.choice((2, 2, 3))
    prior = _simplex(dice, states)
    like = tuple(Fraction(k, 20) for k in dice.sample(range(1, 20), states))
    q = _simplex(dice, states)
    table = Table.build(list(prior), {"1": list(like), "0": [1 - value for value in like]}, q=list(q), observed="1")
    return _Case(prior, like, q, report(table, "1", digits=30))


def _simplex(dice: Random, states: int) -> tuple[Fraction, ...]:
    cuts = sorted(dice.sample(range(1, 10), states - 1))
    return tuple(Fraction(high - low, 10) for low, high in zip([0, *cuts], [*cuts, 10], strict=True))


def _decimal(value: Fraction) -> str:
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


def _short(value: Fraction) -> str:
    return f"{float(value):.{_PLACES}f}"


def _given(case: _Case, *, with_q: bool) -> str:
    prior = r" \qquad ".join(f"p(z={k}) = {_decimal(case.prior[k])}" for k in case.states)
    like = r" \qquad ".join(rf"p(x=1 \mid z={k}) = {_decimal(case.like[k])}" for k in case.states)
    q = r" \qquad ".join(f"q(z={k}) = {_decimal(case.q[k])}" for k in case.states)
    text = f"A latent variable $z$ takes {len(case.states)} values.\n\n$$\n{prior}\n$$\n\n$$\n{like}\n$$\n\n"
    return text + ("We observe $x = 1$" + (f" and use\n\n$$\n{q}\n$$" if with_q else "."))


def _row(left: str, *right: str) -> str:
    *exact, last = right
    chain = "".join(f" = {part}" for part in exact)
    return f"$$\n{left}{chain} {last}\n$$"


def _sum(parts: Iterator[str] | list[str]) -> str:
    return " + ".join(parts)


def _evidence_row(case: _Case) -> str:
    products = [rf"{_decimal(p)} \cdot {_decimal(like)}" for p, like in zip(case.prior, case.like, strict=True)]
    return _row("p(x=1)", _sum(products), f"= {_decimal_exact(case.evidence)}")


def _decimal_exact(value: Fraction) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _posterior_row(case: _Case, k: int) -> str:
    fraction = rf"\frac{{{_decimal(case.prior[k])} \cdot {_decimal(case.like[k])}}}{{{_decimal_exact(case.evidence)}}}"
    return _row(rf"p(z={k} \mid x=1)", fraction, rf"\approx {_short(case.posterior[k])}")


def _log_evidence_row(case: _Case) -> str:
    return _row(r"\log p(x=1)", rf"\log {_decimal_exact(case.evidence)}", rf"\approx {case.value('log_evidence')}")


_RECONSTRUCTION: Final = r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)]"
_KL_PRIOR: Final = r"\mathrm{KL}(q(z) \,\|\, p(z))"
_KL_POSTERIOR: Final = r"\mathrm{KL}(q(z) \,\|\, p(z \mid x=1))"


def _reconstruction_row(case: _Case) -> str:
    parts = [rf"{_decimal(q)} \log {_decimal(like)}" for q, like in zip(case.q, case.like, strict=True)]
    return _row(_RECONSTRUCTION, _sum(parts), rf"\approx {case.value('reconstruction')}")


def _kl_prior_row(case: _Case) -> str:
    parts = [
        rf"{_decimal(q)} \log \frac{{{_decimal(q)}}}{{{_decimal(p)}}}" for q, p in zip(case.q, case.prior, strict=True)
    ]
    return _row(_KL_PRIOR, _sum(parts), rf"\approx {case.value('kl_prior')}")


def _elbo_row(case: _Case) -> str:
    return _row(r"\text{ELBO}", f"{_RECONSTRUCTION} - {_KL_PRIOR}", rf"\approx {case.value('elbo')}")


def _number(formula: str, answer: str, solution: str, hint: str, words: str) -> Question:
    return Question("number", f"{words}: ${formula}$. {_ROUND}", answer, solution, hint, formula)


def _ask_evidence(case: _Case) -> Question:
    hint = "Add the joint probability $p(z)\\, p(x=1 \\mid z)$ over all states of $z$."
    return _number("p(x=1)", _short(case.evidence), _evidence_row(case), hint, "Compute the evidence")


def _ask_log_evidence(case: _Case) -> Question:
    hint = "Take the natural logarithm of the evidence."
    return _number(
        r"\log p(x=1)", case.value("log_evidence"), _log_evidence_row(case), hint, "Compute the log-evidence"
    )


def _ask_reconstruction(case: _Case) -> Question:
    hint = "Weigh the log-likelihood of each state with $q$, not with the prior."
    return _number(
        _RECONSTRUCTION,
        case.value("reconstruction"),
        _reconstruction_row(case),
        hint,
        "Compute the reconstruction term",
    )


def _ask_kl(case: _Case) -> Question:
    hint = r"$\mathrm{KL}(q \,\|\, p) = \sum_z q(z) \log \frac{q(z)}{p(z)}$, and it is never negative."
    return _number(_KL_PRIOR, case.value("kl_prior"), _kl_prior_row(case), hint, "Compute the divergence to the prior")


def _ask_elbo(case: _Case) -> Question:
    hint = "The ELBO is the reconstruction term less the divergence to the prior."
    solution = "\n\n".join((_reconstruction_row(case), _kl_prior_row(case), _elbo_row(case)))
    return _number(r"\text{ELBO}", case.value("elbo"), solution, hint, "Compute the bound")


def _ask_posterior(case: _Case) -> Question:
    last = case.states[-1]
    hint = "Bayes' rule: the joint probability of the state, divided by the evidence."
    formula = rf"p(z={last} \mid x=1)"
    return _number(formula, _short(case.posterior[last]), _posterior_row(case, last), hint, "Compute the posterior")


def _ask_gap(case: _Case) -> Question:
    hint = "The gap is the divergence of $q$ to the posterior."
    formula = r"\log p(x=1) - \text{ELBO}"
    solution = _row(formula, _KL_POSTERIOR, rf"\approx {case.value('gap')}")
    return _number(formula, case.value("gap"), solution, hint, "Compute the gap")


def _exercise(
    kind: str,
    seed: int,
    title: str,
    *,
    with_q: bool,
    asks: tuple[Callable[[_Case], Question], ...],
    rows: tuple[Any, ...],
) -> Exercise:
    case = _case(Random(f"{kind}:{seed}"))
    given = _given(case, with_q=with_q)
    questions = tuple(ask(case) for ask in asks)
    checked = "\n\n".join([given, *(row(case) for row in rows), *(question.solution for question in questions)])
    return Exercise(kind, seed, title, given, questions, checked + "\n")


def evidence(seed: int) -> Exercise:
    """The evidence, its logarithm and the posterior."""
    asks = (_ask_evidence, _ask_log_evidence, _ask_posterior)
    return _exercise("evidence", seed, "Evidence and posterior", with_q=False, asks=asks, rows=())


def elbo(seed: int) -> Exercise:
    """The bound and its two terms."""
    asks = (_ask_reconstruction, _ask_kl, _ask_elbo)
    return _exercise("elbo", seed, "The bound and its terms", with_q=True, asks=asks, rows=())


def gap(seed: int) -> Exercise:
    """The log-evidence, the bound and the gap between them."""
    asks = (_ask_log_evidence, _ask_elbo, _ask_gap)
    return _exercise("gap", seed, "The gap", with_q=True, asks=asks, rows=(_evidence_row,))


def tight(seed: int) -> Exercise:
    """The distribution that makes the bound tight, and the bound with it."""
    case = _case(Random(f"tight:{seed}"))
    last = case.states[-1]
    best = Question(
        "number",
        rf"For which $q(z={last})$ is the bound tight? {_ROUND}",
        _short(case.posterior[last]),
        "The bound is tight exactly if $q(z) = p(z \\mid x=1)$.\n\n" + _posterior_row(case, last),
        "The gap is $\\mathrm{KL}(q(z) \\,\\|\\, p(z \\mid x=1))$; when is a divergence zero?",
        rf"p(z={last} \mid x=1)",
    )
    value = Question(
        "number",
        f"What is the bound with this $q$? {_ROUND}",
        case.value("log_evidence"),
        "Without a gap the bound is the log-evidence.\n\n" + _log_evidence_row(case),
        "A tight bound equals what it bounds.",
        r"\log p(x=1)",
    )
    checked = "\n\n".join([_given(case, with_q=False), _evidence_row(case), best.solution, value.solution])
    return Exercise("tight", seed, "The tight case", _given(case, with_q=False), (best, value), checked + "\n")
