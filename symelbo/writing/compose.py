"""Terms as boxes: brackets where they are needed, and everything in the order in which it was written.

Sums and products keep the order of their arguments, so that an unevaluated term comes out as it was put together. How
tightly a term holds together is one table; a term whose kind is not listed is left to SymPy's own printer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sympy import Abs, Add, Basic, Expr, Integer, Mul, Pow, Rational, S, Symbol, exp, log
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from symelbo.language import (
    KL,
    At,
    Block,
    CrossEntropy,
    Density,
    Det,
    Dot,
    Entropy,
    Entry,
    Expectation,
    Family,
    Identity,
    IndexProduct,
    IndexSum,
    Integral,
    Inverted,
    Known,
    MutualInformation,
    Ordered,
    Trace,
    Transposed,
    value_of,
)
from symelbo.language.distributions import KNOWN_LAWS
from symelbo.language.functionals import Extremum, Gradient, Named
from symelbo.writing.boxes import (
    Big,
    Box,
    Brace,
    Call,
    Fence,
    Fraction,
    Name,
    Number,
    Raw,
    Root,
    Script,
    Sign,
    Word,
    joined,
    row,
)
from symelbo.writing.name_boxes import name_box

__all__ = ["Composer", "compose"]

_SUM, _OPEN, _PRODUCT, _POWER, _ATOM = range(5)
_LOG: Final = Word(r"\log", "log")
_DET: Final = Word(r"\det", "det")
_SETTINGS: Final[dict[str, Any]] = {"order": "none", "ln_notation": False}


def compose(term: Basic, labels: Mapping[Expr, str] | None = None) -> Box:
    """The boxes of a term; `labels` gives parts of it a brace with a name below.

    >>> from symelbo import family, variables
    >>> x, z = variables("x z")
    >>> compose(family("p")(x | z)).body.left
    '('
    """
    return Composer(labels or {}).box(term)


class Composer:
    """Turns terms into boxes, with the names that parts of a formula are to carry."""

    def __init__(self, labels: Mapping[Expr, str]) -> None:
        self.labels = labels
        self.fallback = LatexPrinter(_SETTINGS)

    def box(self, term: Basic) -> Box:
        """The box of a term."""
        label = self.labels.get(term) if isinstance(term, Expr) else None
        if label is not None:
            return Brace(self._plain(term), label)
        return self._plain(term)

    def _plain(self, term: Basic) -> Box:
        for kind in type(term).__mro__:
            rule = _RULES.get(kind)
            if rule is not None:
                return rule(self, term)
        return Raw(self.fallback.doprint(term), str(term))

    def listed(self, terms: Iterable[Basic], sign: str = ",") -> Box:
        """Terms with a sign between them."""
        return joined(map(self.box, terms), sign)

    def held(self, term: Basic, level: int) -> Box:
        """The box of a term, in brackets unless it holds together at least as tightly as the level asks."""
        made = self.box(term)
        return made if _level(term) >= level else Fence("(", made, ")")


def _level(term: Basic) -> int:
    """How tightly a term holds together as it is written."""
    if isinstance(term, Add):
        return _SUM
    if isinstance(term, Mul | Rational) and (_signed(term)):
        return _SUM
    if isinstance(term, Mul):
        factors = _factors(term)
        top = [factor for factor in factors if not _is_divisor(factor)]
        last = top if len(top) < len(factors) else top[-1:]
        return _OPEN if any(_level(factor) == _OPEN for factor in last) else _PRODUCT
    if isinstance(term, Pow):
        if _is_divisor(term):
            return _PRODUCT
        return _OPEN if term.base.func is log else _POWER
    if isinstance(term, Rational) and term.q != 1:
        return _PRODUCT
    if isinstance(term, log | Integral | IndexSum | Gradient | Extremum | Det):
        return _OPEN
    if isinstance(term, exp | Transposed | Inverted):
        return _POWER
    return _PRODUCT if isinstance(term, Ordered) else _ATOM


def _signed(term: Basic) -> bool:
    """Whether a term is written with a minus in front."""
    if isinstance(term, Mul):
        return sum(factor.is_number and factor.could_extract_minus_sign() for factor in _factors(term)) % 2 == 1
    return bool(term.is_number and term.could_extract_minus_sign())


def _factors(term: Expr) -> list[Expr]:
    """The factors of a product, products within it taken apart; a ratio within it stays together."""
    found: list[Expr] = []
    for factor in term.args:
        together = not isinstance(factor, Mul) or any(map(_is_divisor, factor.args))
        found += [factor] if together else _factors(factor)
    return found


def _is_divisor(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.is_negative


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _add(c: Composer, term: Add) -> Box:
    parts: list[Box] = []
    for part in _reading_order(term):
        minus = _signed(part)
        if parts or minus:
            parts.append(Sign(("-" if parts else "unary-") if minus else "+"))
        label = c.labels.get(part) or (c.labels.get(-part) if minus else None)
        bare = _unsigned(part) if minus else part
        made = c.held(bare, _OPEN) if not isinstance(bare, Add) else Fence("(", c.box(bare), ")")
        parts.append(Brace(made, label) if label is not None and not isinstance(made, Brace) else made)
    return row(*parts)


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
    for factor in _factors(term):
        size = -factor if factor.is_number and factor.could_extract_minus_sign() else factor
        if size != 1:
            kept.append(size)
    return kept[0] if len(kept) == 1 else Mul(*kept, evaluate=False) if kept else S.One


def _mul(c: Composer, term: Mul) -> Box:
    if _signed(term):
        bare = _unsigned(term)
        return row(Sign("unary-"), c.held(bare, _OPEN) if not isinstance(bare, Add) else Fence("(", c.box(bare), ")"))
    factors = [_turned(factor) for factor in _factors(_unsigned(term))] if isinstance(_unsigned(term), Mul) else None
    if factors is None:
        return c.box(_unsigned(term))
    numbers = [f for f, below in factors if not below and f.is_Rational and f.q != 1]
    top = [f for f, below in factors if not below and f not in numbers]
    bottom = [f for f, below in factors if below]
    if len(numbers) == 1 and not bottom and len(top) == 1 and isinstance(top[0], Symbol | Entry):
        bottom, numbers = [Integer(numbers[0].q)], []
        top = ([Integer(factors[0][0].p)] if factors[0][0].p != 1 else []) + top
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
    if _is_divisor(factor):
        power = -factor.exp
        return (factor.base if power == 1 else Pow(factor.base, power, evaluate=False)), True
    return factor, False


def _product(c: Composer, factors: list[Expr]) -> Box:
    if len(factors) == 1:
        return c.box(factors[0])
    parts: list[Box] = []
    for place, factor in enumerate(factors):
        last = place == len(factors) - 1
        made = c.box(factor)
        open_ended = _level(factor) == _OPEN and not last
        if isinstance(factor, Add) or open_ended or (place and _signed(factor)):
            made = Fence("(", made, ")")
        if parts and isinstance(made, Number) and isinstance(parts[-1], Number):
            parts.append(Sign(r"\cdot"))
        parts.append(made)
    return row(*parts)


def _pow(c: Composer, term: Pow) -> Box:
    if _is_divisor(term):
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
        c.box(base), c.box(power), (_level(base) == _ATOM and not isinstance(base, Rational)) or _natural(base)
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
    if isinstance(base, Call) and isinstance(base.head, Name | Script):
        return Script(base, None, above)
    return Script(base, None, above)


def _exp_of(c: Composer, power: Expr) -> Box:
    if power.atoms(Expectation, KL, Integral, IndexSum, Density) or _has_ratio(power):
        return Call(Word(r"\exp", "exp"), Fence("(", c.box(power), ")"))
    return Script(Name("e"), None, c.box(power))


def _has_ratio(term: Expr) -> bool:
    return any(_is_divisor(part) or (part.is_Rational and part.q != 1) for part in _all(term))


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
    bare = isinstance(made, Fraction | Brace) or _level(term) == _ATOM or isinstance(term, log)
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


# --- names and densities ------------------------------------------------------------------------------------------


def _symbol(c: Composer, term: Symbol) -> Box:
    return name_box(c.fallback._print_Symbol(term))


def _entry(c: Composer, term: Entry) -> Box:
    return _indexed(c.box(term.base), c.listed(term.indices))


def _block(c: Composer, term: Block) -> Box:
    return _indexed(c.box(term.base), row(c.box(term.lower), Sign(":"), c.box(term.upper)))


def _indexed(base: Box, below: Box) -> Box:
    if isinstance(base, Script):
        inner = below if base.below is None else row(base.below, Sign(","), below)
        return Script(base.base, inner, base.above)
    return Script(base, below)


def _at(c: Composer, term: At) -> Box:
    return row(c.box(term.variable), Sign("="), c.box(term.value))


def _family(c: Composer, term: Family) -> Box:
    parts = (*term.indices, *term.parameters)
    name = name_box(term.name)
    return _indexed(name, c.listed(parts)) if parts else name


def _density(c: Composer, term: Density) -> Box:
    inside = _slots(c, term.of)
    if len(term.of) == 1 and not term.given and isinstance(value_of(term.of[0]), AppliedUndef):
        inside = c.box(value_of(term.of[0]))  # where there is one slot, it goes without saying
    if term.given:
        inside = row(inside, Sign("|"), _slots(c, term.given))
    return Call(c.box(term.family), Fence("(", inside, ")", grows=False))


def _slots(c: Composer, items: Iterable[Expr]) -> Box:
    return joined(_slot(c, item) for item in items)


def _slot(c: Composer, item: Expr) -> Box:
    """A value in a slot; one that shows by itself whose it is, as `z_k` in the place of `z`, is written alone."""
    if isinstance(item, At):
        value, slot = item.value, item.variable
        own_index = isinstance(value, Entry) and value.base == slot
        own_prime = isinstance(value, Symbol) and isinstance(slot, Symbol) and value.name.rstrip("'") == slot.name
        if own_index or own_prime:
            return c.box(value)
    return c.box(item)


def _known(c: Composer, term: Known) -> Box:
    head = name_box(KNOWN_LAWS[term.name].letter)
    parameters = joined((c.box(item) for item in term.parameters), ",")
    inside = row(c.listed(term.values), Sign(";"), parameters) if term.values else parameters
    return Call(head, Fence("(", inside, ")"))


def _applied(c: Composer, term: AppliedUndef) -> Box:
    name, arguments = name_box(c.fallback._print_Symbol(Symbol(term.func.__name__))), term.args
    if len(arguments) > 1 and arguments[0].is_integer:  # one of a sequence of functions, f_k(z)
        name, arguments = _indexed(name, c.box(arguments[0])), arguments[1:]
    return Call(name, Fence("(", c.listed(arguments), ")", grows=False))


def _named(c: Composer, term: Named) -> Box:
    head = name_box(term.name)
    return Call(head, Fence("(", c.listed(term.arguments), ")", grows=False)) if term.arguments else head


# --- operators ----------------------------------------------------------------------------------------------------


def _expectation(c: Composer, term: Expectation) -> Box:
    return Call(Script(Name(r"\mathbb{E}"), c.box(term.law)), Fence("[", c.box(term.body), "]"))


def _kl(c: Composer, term: KL) -> Box:
    inside = row(c.box(term.left), Sign("||"), c.box(term.right))
    return Call(Word(r"\mathrm{KL}", "KL"), Fence("(", inside, ")"))


def _entropy(c: Composer, term: Entropy) -> Box:
    return Call(Word(r"\mathrm{H}", "H"), Fence("[", c.box(term.law), "]"))


def _cross(c: Composer, term: CrossEntropy) -> Box:
    inside = row(c.box(term.left), Sign(","), Sign(r"\,"), c.box(term.right))
    return Call(Word(r"\mathrm{H}", "H"), Fence("(", inside, ")"))


def _information(c: Composer, term: MutualInformation) -> Box:
    first, second, third = (_slots(c, part) if part else None for part in term.parts)
    assert first is not None and second is not None
    inside = row(first, Sign(";"), second)
    inside = row(inside, Sign("|"), third) if third is not None else inside
    return Call(Script(Word(r"\mathrm{I}", "I"), c.box(term.family)), Fence("(", inside, ")", grows=False))


def _integral(c: Composer, term: Integral) -> Box:
    body = c.box(term.body)
    inner = (part for part in term.body.atoms(Integral) if not part.discrete)
    # An inner integral over several variables would leave its last ones to this sign.
    if isinstance(term.body, Add) or (not term.discrete and any(len(part.bound) > 1 for part in inner)):
        body = Fence("(", body, ")")
    if term.discrete:
        return row(Big(r"\sum", c.listed(term.bound)), body)
    ends: list[Box] = []
    for name in term.bound:
        ends += [Sign(r"\,"), _after(Name("d"), c.box(name))]
    return row(Big(r"\int"), body, *ends)


def _series(c: Composer, term: IndexSum) -> Box:
    body = c.box(term.body)
    if isinstance(term.body, Add):
        body = Fence("(", body, ")")
    below = row(c.box(term.index), Sign("="), c.box(term.lower))
    sign = r"\prod" if isinstance(term, IndexProduct) else r"\sum"
    return row(Big(sign, below, c.box(term.upper)), body)


def _gradient(c: Composer, term: Gradient) -> Box:
    return row(Script(Name(r"\nabla"), c.box(term.wrt)), c.held(term.body, _OPEN))


def _extremum(c: Composer, term: Extremum) -> Box:
    words = {"argmax": r"\arg\max", "argmin": r"\arg\min"}.get(term.kind, "\\" + term.kind)
    body = Fence("(", c.box(term.body), ")") if isinstance(term.body, Add) else c.box(term.body)
    return row(Script(Word(words, term.kind), c.listed(term.over)), body)


# --- vectors and matrices -----------------------------------------------------------------------------------------


def _dot(c: Composer, term: Dot) -> Box:
    left, right = term.args
    if left == right:
        return Script(Fence(r"\|", c.box(left), r"\|"), None, Number("2"))
    return Fence(r"\langle ", c.listed(term.args), r"\rangle")


def _ordered(c: Composer, term: Ordered) -> Box:
    return row(*(c.held(part, _PRODUCT) for part in term.args))


def _trace(c: Composer, term: Trace) -> Box:
    return Call(Word(r"\mathrm{tr}", "tr"), Fence("(", c.box(term.args[0]), ")"))


def _det(c: Composer, term: Det) -> Box:
    inside = term.args[0]
    if isinstance(inside, Gradient):
        return row(_DET, _jacobian(c, inside))
    return row(_DET, Fence("(", c.box(inside), ")"))


def _jacobian(c: Composer, term: Gradient) -> Box:
    """All partial derivatives of a map, as one writes them under a determinant."""
    return Fraction(_after(Name(r"\partial"), c.box(term.body)), _after(Name(r"\partial"), c.box(term.wrt)))


def _after(head: Box, body: Box) -> Box:
    """A letter that belongs to what follows it, as in `dz`."""
    return Call(head, Fence("", body, "", grows=False))


def _abs(c: Composer, term: Abs) -> Box:
    return Fence("|", c.box(term.args[0]), "|")


_Rule = Callable[[Composer, Any], Box]
_RULES: dict[type, _Rule] = {
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    log: _log,
    exp: lambda c, term: _exp_of(c, term.args[0]),
    Rational: _rational,
    Symbol: _symbol,
    Entry: _entry,
    Block: _block,
    At: _at,
    Family: _family,
    Density: _density,
    Known: _known,
    AppliedUndef: _applied,
    Named: _named,
    Expectation: _expectation,
    KL: _kl,
    Entropy: _entropy,
    CrossEntropy: _cross,
    MutualInformation: _information,
    Integral: _integral,
    IndexSum: _series,
    Gradient: _gradient,
    Extremum: _extremum,
    Dot: _dot,
    Ordered: _ordered,
    Trace: _trace,
    Abs: _abs,
    Det: _det,
    Identity: lambda c, term: Name("I"),
}
