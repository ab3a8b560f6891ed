"""Sums, products, powers and logarithms, every part where it was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sympy import Abs, Add, Expr, Integer, Mul, Pow, Rational, S, Symbol, exp, log

from symelbo.language import KL, Density, Det, Entry, Expectation, IndexProduct, IndexSum, Integral
from symelbo.language.walks import found_in
from symelbo.writing.boxes import Box, Brace, Call, Fence, Fraction, Name, Number, Root, Script, Sign, Word, row
from symelbo.writing.terms.composer import Composer, Rule
from symelbo.writing.terms.levels import Level, factors, is_divisor, level, signed

__all__ = ["RULES"]

_LOG: Final = Word(r"\log", "log")


def _add(c: Composer, term: Add) -> Box:
    parts: list[Box] = []
    ordered = _reading_order(term)
    for place, part in enumerate(ordered):
        minus = signed(part)
        if parts or minus:
            parts.append(Sign(("-" if parts else "unary-") if minus else "+"))
        label = c.labels.get(part) or (c.labels.get(-part) if minus else None)
        bare = _unsigned(part) if minus else part
        made = c.held(bare, Level.OPEN) if not isinstance(bare, Add) else Fence("(", c.box(bare), ")")
        if _takes_in(bare, ordered[place + 1 :]):
            made = Fence("(", made, ")")
        parts.append(Brace(made, label) if label is not None and not isinstance(made, Brace) else made)
    return row(*parts)


def _takes_in(term: Expr, following: list[Expr]) -> bool:
    r"""Whether a reader would take terms behind a sum into it, as they have its variable: `\sum_x p(x) + p(x)`."""
    sums = [part for part in Mul.make_args(term) if isinstance(part, IndexSum | Integral)]
    bound = {name for part in sums if not isinstance(part, Integral) or part.discrete for name in part.bound}
    return any(bound & part.free_symbols for part in following)


def _reading_order(term: Add) -> list[Expr]:
    """A sum as written; one that SymPy has sorted for itself starts with a term that carries no minus sign."""
    parts = list(term.args)
    if parts[0].could_extract_minus_sign() and term.args == Add(*parts).args:
        parts.sort(key=lambda part: part.could_extract_minus_sign())
    return parts


def _unsigned(term: Expr) -> Expr:
    if not isinstance(term, Mul):
        return -term
    kept: list[Expr] = []
    for factor in factors(term):
        size = -factor if factor.is_number and factor.could_extract_minus_sign() else factor
        if size != 1:
            kept.append(size)
    return kept[0] if len(kept) == 1 else Mul(*kept, evaluate=False) if kept else S.One


def _mul(c: Composer, term: Mul) -> Box:
    if signed(term):
        bare = _unsigned(term)
        return row(
            Sign("unary-"), c.held(bare, Level.OPEN) if not isinstance(bare, Add) else Fence("(", c.box(bare), ")")
        )
    bare = _unsigned(term)
    if not isinstance(bare, Mul):
        return c.box(bare)
    turned = [_turned(factor) for factor in factors(bare)]
    numbers = [f for f, below in turned if not below and f.is_Rational and f.q != 1]
    top = [f for f, below in turned if not below and f not in numbers]
    bottom = [f for f, below in turned if below]
    if len(numbers) == 1 and not bottom and len(top) == 1 and isinstance(top[0], Symbol | Entry):
        bottom, numbers = [Integer(numbers[0].q)], []
        top = ([Integer(turned[0][0].p)] if turned[0][0].p != 1 else []) + top
    if not bottom:
        return _product(c, [*numbers, *top])
    # A whole number, and factors with a large sign, stand beside a ratio rather than in it.
    front = [f for f in top if f.is_Rational] if len(top) > 1 and len(bottom) == 1 and not bottom[0].is_number else []
    behind = [f for f in top if _is_large(f)] if not any(map(_is_large, bottom)) else []
    middle = [f for f in top if f not in front and f not in behind]
    above = _product(c, middle) if middle else Number("1")
    before = [_product(c, [*numbers, *front])] if numbers or front else []
    after = [_product(c, behind)] if behind else []
    return row(*before, Fraction(above, _product(c, bottom)), *after)


def _is_large(term: Expr) -> bool:
    """Whether a factor has a large sign or long brackets: not for the top of a ratio."""
    return isinstance(term, Integral | IndexSum | Expectation | KL) and not isinstance(term, IndexProduct)


def _turned(factor: Expr) -> tuple[Expr, bool]:
    """A factor, and whether it stands below the bar."""
    if is_divisor(factor):
        power = -factor.exp
        return (factor.base if power == 1 else Pow(factor.base, power, evaluate=False)), True
    return factor, False


def _product(c: Composer, parts: list[Expr]) -> Box:
    if len(parts) == 1:
        return c.box(parts[0])
    boxes: list[Box] = []
    for place, factor in enumerate(parts):
        last = place == len(parts) - 1
        made = c.box(factor)
        open_ended = level(factor) == Level.OPEN and not last
        if isinstance(factor, Add) or open_ended or (place and signed(factor)):
            made = Fence("(", made, ")")
        if boxes and isinstance(made, Number) and isinstance(boxes[-1], Number):
            boxes.append(Sign(r"\cdot"))
        boxes.append(made)
    return row(*boxes)


def _pow(c: Composer, term: Pow) -> Box:
    if is_divisor(term):
        below, _ = _turned(term)
        return Fraction(Number("1"), c.box(below))
    base, power = term.base, term.exp
    if power == Rational(1, 2):
        return Root(c.box(base))
    if base.func is log:
        return row(Script(_LOG, None, c.box(power)), _argument(c, base.args[0]))
    if base == S.Exp1:
        return _exp_of(c, power)
    return _raised(
        c.box(base), c.box(power), (level(base) == Level.ATOM and not isinstance(base, Rational)) or _natural(base)
    )


def _natural(term: Expr) -> bool:
    return bool(isinstance(term, Integer) and term >= 0)


def _raised(base: Box, above: Box, atom: bool) -> Box:
    if not atom or isinstance(base, Brace):
        return Script(Fence("(", base, ")"), None, above)
    if isinstance(base, Script):
        return (
            Script(base.base, base.below, above) if base.above is None else Script(Fence("(", base, ")"), None, above)
        )
    return Script(base, None, above)


def _exp_of(c: Composer, power: Expr) -> Box:
    if found_in(power, Expectation, KL, Integral, IndexSum, Density) or _has_ratio(power):
        return Call(Word(r"\exp", "exp"), Fence("(", c.box(power), ")"))
    return Script(Name("e"), None, c.box(power))


def _has_ratio(term: Expr) -> bool:
    return any(is_divisor(part) or (part.is_Rational and part.q != 1) for part in _all(term))


def _all(term: Expr) -> Iterable[Expr]:
    yield term
    for part in term.args:
        if isinstance(part, Expr):
            yield from _all(part)


def _log(c: Composer, term: Expr) -> Box:
    return row(_LOG, _argument(c, term.args[0]))


def _argument(c: Composer, term: Expr) -> Box:
    """What a logarithm is taken of: a sum or a product in brackets, a single ratio or power without."""
    made = c.box(term)
    bare = isinstance(made, Fraction | Brace) or level(term) == Level.ATOM or isinstance(term, log)
    if isinstance(term, Pow) and isinstance(made, Script | Root):
        bare = isinstance(term.base, Symbol | Entry)
    if isinstance(term, Integral | IndexSum | Det):
        bare = True
    if isinstance(term, Rational) and (term.q != 1 or term < 0):
        bare = term > 0
    return made if bare else Fence("(", made, ")")


def _rational(c: Composer, term: Rational) -> Box:
    if term < 0:
        return row(Sign("unary-"), c.box(-term))
    return Number(str(term.p)) if term.q == 1 else Fraction(Number(str(term.p)), Number(str(term.q)))


def _abs(c: Composer, term: Abs) -> Box:
    return Fence("|", c.box(term.args[0]), "|")


RULES: Final[dict[type, Rule]] = {
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    log: _log,
    exp: lambda c, term: _exp_of(c, term.args[0]),
    Rational: _rational,
    Abs: _abs,
}
