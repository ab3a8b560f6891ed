"""The checker believes a certificate only as it is: any entry that is changed is noticed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sympy as sp
from sympy import Eq, Rational, beta, exp, log, loggamma, polygamma, sqrt

from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import Certificate, Zero, decide_zero

a, b, c = sp.symbols("a b c", positive=True)
x, y = sp.symbols("x y", real=True)


def gap(n: int) -> sp.Expr:
    p, q, l = ([*sp.symbols(f"{s}1:{n}", positive=True)] for s in "pql")
    p, q, l = [*p, 1 - sum(p)], [*q, 1 - sum(q)], [*l, sp.Symbol("l_last", positive=True)]
    evidence = sum(i * j for i, j in zip(p, l, strict=True))
    elbo = sum(k * log(i * j / k) for i, j, k in zip(p, l, q, strict=True))
    kl = sum(k * log(k * evidence / (i * j)) for i, j, k in zip(p, l, q, strict=True))
    return log(evidence) - elbo - kl


CLAIMS: dict[str, tuple[Any, list[Any], frozenset[Any]]] = {
    "gap": (gap(3), [], frozenset()),
    "numbers": (log(Rational(12, 25)) - 2 * log(2) - log(3) + 2 * log(5), [], frozenset()),
    "softmax": (log(exp(x) + exp(y)) - x - log(1 + exp(y - x)), [], frozenset()),
    "half": (log(exp(x / 2) + exp(-x / 2)) + x / 2 - log(1 + exp(x)), [], frozenset()),
    "roots": (log(sqrt(a) * (a + b) ** Rational(1, 3)) - log(a) / 2 - log(a + b) / 3, [], frozenset()),
    "one minus": ((sqrt(1 - a) + 1) * (sqrt(1 - a) - 1) + a + log(1 - a) - 2 * log(sqrt(1 - a)), [], frozenset()),
    "joint": (sqrt((x - 1) / (x - 2)) ** 3 - (x - 1) / (x - 2) * sqrt((x - 1) / (x - 2)), [], frozenset()),
    "joint product": (sqrt((x - 1) * (x - 2)) ** 3 - (x**2 - 3 * x + 2) * sqrt((x - 1) * (x - 2)), [], frozenset()),
    "fractions": (log(1 / (1 / (a + b) + 1 / (a + c))) + log(2 * a + b + c) - log(a + b) - log(a + c), [], frozenset()),
    "power": (log(a**x * (a + b) ** y) - x * log(a) - y * log(a + b), [], frozenset()),
    "gamma": (loggamma(a + 2) - loggamma(a) - log(a) - log(a + 1), [], frozenset()),
    "beta": (beta(a + 1, b) - beta(a, b) * a / (a + b), [], frozenset()),
    "trigamma": (polygamma(1, a) - polygamma(1, a + 1) - 1 / a**2, [], frozenset()),
    "nested": (log(log(a) * b) - log(log(a)) - log(b), [], frozenset()),
    "absolute": (sp.Abs(x - y) * sp.Abs(a * y - a * x) - a * (x - y) ** 2, [], frozenset()),
    "constraint": (log(b) - log(1 - a), [Eq(a + b, 1)], frozenset()),
    "declared": (sqrt(x * y) - sqrt(x / y) * y, [], frozenset([y])),
}


def proof(name: str) -> Certificate:
    claim, rules, positive = CLAIMS[name]
    outcome = decide_zero(claim, constraints=rules, positive=positive)
    assert isinstance(outcome, Zero), outcome
    return outcome.certificate


def changed(value: Any) -> Iterator[Any]:
    """The value with one entry changed, for every entry in it."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            for other in changed(getattr(value, field.name)):
                yield dataclasses.replace(value, **{field.name: other})  # type: ignore[type-var]
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            for other in changed(part):
                yield (*value[:i], other, *value[i + 1 :])
    elif isinstance(value, int):
        yield value + 1
        yield value - 1
        yield -value - 1
    elif isinstance(value, str):
        yield value + "'"
    elif value is not None:
        yield value + 1


@pytest.mark.parametrize("name", CLAIMS)
def test_it_passes_as_written(name: str) -> None:
    claim, rules, positive = CLAIMS[name]
    assert check(claim, proof(name), rules, positive)


@pytest.mark.parametrize("name", CLAIMS)
def test_any_change_is_noticed(name: str) -> None:
    claim, rules, positive = CLAIMS[name]
    tried = 0
    for other in changed(proof(name)):
        tried += 1
        assert not check(claim, other, rules, positive), other
    assert tried > 10


def test_it_is_data() -> None:
    certificate = proof("gap")
    text = json.dumps(certificate.as_json())
    assert json.loads(text)["integers"] == []
    assert hash(certificate) == hash(proof("gap"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        certificate.integers = (2,)  # type: ignore[misc]


def test_assumptions_belong_to_the_proof() -> None:
    for name in ("constraint", "declared"):
        claim, _, _ = CLAIMS[name]
        assert not check(claim, proof(name))
    claim, _, _ = CLAIMS["constraint"]
    assert not check(claim, proof("constraint"), [Eq(a + b, 2)])
    assert not check(claim, proof("constraint"), [Eq((a - 1) * x + b * x, 0)])


def test_a_root_is_not_split_without_signs() -> None:
    """√(xy) = √x·√y for positive x, y: the same certificate must not pass for symbols without signs."""
    p, q = sp.symbols("p q", positive=True)
    claim = sqrt((p + 1) * (q + 1)) - sqrt(p + 1) * sqrt(q + 1)
    outcome = decide_zero(claim)
    assert isinstance(outcome, Zero)
    assert check(claim, outcome.certificate)
    s, t = sp.symbols("s t", real=True)
    lone = sqrt((s + 1) * (t + 1)) - sqrt((s + 1) / (t + 1)) * (t + 1)
    signed = decide_zero(lone, positive={t + 1})
    assert isinstance(signed, Zero)
    assert check(lone, signed.certificate, positive=frozenset({t + 1}))
    assert not check(lone, signed.certificate)


def test_nonsense_is_rejected_quietly() -> None:
    assert not check(a - b, None)
    assert not check(a - b, Certificate((), (), (), ()))
    assert check(sp.Integer(0), Certificate((), (), (), ()))
