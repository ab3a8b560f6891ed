"""Operators that bind variables: expectation, divergence, entropy, integrals, and sums over an index.

Logarithms are natural, so every divergence and entropy is in nats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr, Mul, Symbol, Tuple, log, sympify
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language.densities import Density, variables_of
from symelbo.language.names import At, Entry, is_variable, slot_of, value_of

__all__ = [
    "KL",
    "CrossEntropy",
    "E",
    "Entropy",
    "Expectation",
    "H",
    "IndexProduct",
    "IndexSum",
    "Integral",
    "MutualInformation",
]


class Binder(Expr):
    """An operator with bound variables: they do not count as free and are never replaced from outside."""

    is_commutative = True
    is_real = True

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables that the operator binds."""
        raise NotImplementedError

    @property
    def free_symbols(self) -> set[Any]:
        """What the operator's value depends on."""
        inside: set[Any] = set().union(*(part.free_symbols for part in self.args if not isinstance(part, Str)))
        return inside - set(self.bound)

    def _xreplace(self, rule: Any) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        if not isinstance(rule, Mapping):  # SymPy's simplifiers pass a function that rewrites parts of a term
            parts = [part._xreplace(rule) for part in self.args]
            return self.func(*(part for part, _ in parts)), any(changed for _, changed in parts)
        outside = {old: new for old, new in rule.items() if old not in self.bound}
        # Replacing a name must not capture; replacing a larger part is literal, as the caller sees both sides of it.
        entering = {old: new for old, new in outside.items() if is_variable(old) and old in self.free_symbols}
        incoming = set().union(*(getattr(new, "free_symbols", set()) for new in entering.values()))
        caught = set(self.bound) & incoming
        if caught:
            fresh = {name: _fresh(name, incoming | self.free_symbols) for name in caught}
            return rename_bound(self, fresh)._xreplace(outside)[0], True
        kept = Tuple(*self.bound)
        parts = [
            (part, False) if part == kept or isinstance(part, Str) else part._xreplace(outside) for part in self.args
        ]
        if any(changed for _, changed in parts):
            return self.func(*(part for part, _ in parts)), True
        return self, False

    def _eval_subs(self, old: Any, new: Any) -> Any:
        if old in self.bound:
            return self
        caught = set(self.bound) & getattr(new, "free_symbols", set())
        if caught and old in self.free_symbols:
            fresh = {name: _fresh(name, new.free_symbols | self.free_symbols) for name in caught}
            return rename_bound(self, fresh)._subs(old, new)
        return None


def _fresh(name: Expr, taken: Iterable[Any]) -> Expr:
    """A primed copy of a name that is not among those taken."""
    base = name.args[0] if isinstance(name, Entry) else name
    stem, taken_names = str(base), {str(item) for item in taken}
    while True:
        stem += "'"
        if stem not in taken_names:
            return base.func(stem, **base.assumptions0) if isinstance(base, Symbol) else Symbol(stem, real=True)


def rename_bound(term: Binder, names: dict[Expr, Expr]) -> Expr:
    """The same value with bound variables renamed throughout the operator."""
    from symelbo.language.scope import replace_free

    if isinstance(term, MutualInformation):
        return term.renamed(names)
    return term.func(*(part if isinstance(part, Str) else replace_free(part, names) for part in term.args))


def _law_variables(law: Expr, where: str) -> tuple[Expr, ...]:
    if law.has(log):
        raise IllFormed(f"{where} takes densities, not log-densities: drop the log of {law}")
    found = variables_of(law)
    if found is None:
        raise IllFormed(f"{where} needs a density such as q(z | x), not {law}; name its variables with over=")
    return found


class Expectation(Binder):
    """`E(f, q(z | x))` is the integral of `q(z | x) f` over `z`: the average of `f` under that law.

    The law is a density, or a product of densities such as `q(s | x) q(c | x)`; it binds what stands before its bars.
    """

    def __new__(cls, body: Any, law: Any, over: Iterable[Any] | None = None) -> Expectation:
        body, law = sympify(body), sympify(law)
        names = tuple(over) if over is not None else _law_variables(law, "E[...]")
        if not names:
            raise IllFormed(f"the law {law} of an expectation has no variable to average over")
        return Expr.__new__(cls, body, law, Tuple(*names))

    @property
    def body(self) -> Expr:
        """What is averaged."""
        return self.args[0]

    @property
    def law(self) -> Expr:
        """The density it is averaged under."""
        return self.args[1]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables averaged over."""
        return tuple(self.args[2])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathbb{{E}}_{{{printer._print(self.law)}}}\left[{printer._print(self.body)}\right]{power}"

    def _sympystr(self, printer: Any) -> str:
        return f"E_{{{printer._print(self.law)}}}[{printer._print(self.body)}]"


class KL(Binder):
    """Kullback-Leibler divergence `KL(w ‖ r)`, the average of `log w - log r` under `w`, in nats.

    Source: Kullback and Leibler (1951), eq. 2.6. Raises `IllFormed` for densities of different variables and for
    log-densities.

    >>> from symelbo import KL, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> KL(q(z | x), p(z))
    KL(q(z | x) || p(z))
    """

    def __new__(cls, left: Any, right: Any, over: Iterable[Any] | None = None) -> KL:
        left, right = sympify(left), sympify(right)
        for side in (left, right):
            if side.func is log:
                raise IllFormed(
                    f"KL takes densities, not log-densities: write KL({side.args[0]} ‖ ...) instead of KL({side} ‖ ...)"
                )
        if over is None:
            names, others = variables_of(left), variables_of(right)
            if names is None and others is None:
                raise IllFormed(f"KL({left} ‖ {right}): neither side is a density; name the variables with over=")
            if names is not None and others is not None and set(_slots(left)) != set(_slots(right)):
                raise IllFormed(
                    f"KL({left} ‖ {right}) compares a density of {_list(_slots(left))} "
                    f"with one of {_list(_slots(right))}; both must be densities of the same variables"
                )
            over = names if names is not None else others
        return Expr.__new__(cls, left, right, Tuple(*(over or ())))

    @property
    def left(self) -> Expr:
        """The density that the average is taken under."""
        return self.args[0]

    @property
    def right(self) -> Expr:
        """The density it is compared with."""
        return self.args[1]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables that both are densities of."""
        return tuple(self.args[2])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathrm{{KL}}\left({printer._print(self.left)} \,\|\, {printer._print(self.right)}\right){power}"

    def _sympystr(self, printer: Any) -> str:
        return f"KL({printer._print(self.left)} || {printer._print(self.right)})"


def _slots(law: Expr) -> list[Expr]:
    return [slot for factor in Mul.make_args(law) for slot in getattr(factor, "of_slots", ())]


def _list(names: Iterable[Any]) -> str:
    return ", ".join(map(str, names))


class Entropy(Binder):
    """`H(q(z | x))`, the average of `-log q` under `q`, in nats (Shannon 1948); differential where continuous."""

    def __new__(cls, law: Any, over: Iterable[Any] | None = None) -> Entropy:
        law = sympify(law)
        return Expr.__new__(cls, law, Tuple(*(over if over is not None else _law_variables(law, "H[...]"))))

    @property
    def law(self) -> Expr:
        """The density whose entropy it is."""
        return self.args[0]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables averaged over."""
        return tuple(self.args[1])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathrm{{H}}\left[{printer._print(self.law)}\right]{power}"

    def _sympystr(self, printer: Any) -> str:
        return f"H[{printer._print(self.law)}]"


class CrossEntropy(Binder):
    """`H(w, r)`, the average of `-log r` under `w`, in nats."""

    def __new__(cls, left: Any, right: Any, over: Iterable[Any] | None = None) -> CrossEntropy:
        left, right = sympify(left), sympify(right)
        names = over if over is not None else _law_variables(left, "H(..., ...)")
        return Expr.__new__(cls, left, right, Tuple(*names))

    @property
    def left(self) -> Expr:
        """The density that the average is taken under."""
        return self.args[0]

    @property
    def right(self) -> Expr:
        """The density inside the logarithm."""
        return self.args[1]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables averaged over."""
        return tuple(self.args[2])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathrm{{H}}\left({printer._print(self.left)},\, {printer._print(self.right)}\right){power}"

    def _sympystr(self, printer: Any) -> str:
        return f"H({printer._print(self.left)}, {printer._print(self.right)})"


class MutualInformation(Binder):
    """`I_q(A; B | C)` under a family, in nats: the average of `log q(A, B | C) - log q(A | C) - log q(B | C)`.

    The condition `C` is averaged over too, as in Cover and Thomas (2006), eq. 2.60.
    """

    def __new__(
        cls, family: Any, left: Iterable[Any], right: Iterable[Any], given: Iterable[Any] = ()
    ) -> MutualInformation:
        first, second, third = Tuple(*left), Tuple(*right), Tuple(*given)
        both = set(first) & set(second)
        if both:
            raise IllFormed(f"I({_list(first)}; {_list(second)}): {_list(both)} stands on both sides of the semicolon")
        return Expr.__new__(cls, family, first, second, third)

    @property
    def family(self) -> Any:
        """The family under which both are random."""
        return self.args[0]

    @property
    def parts(self) -> tuple[tuple[Expr, ...], tuple[Expr, ...], tuple[Expr, ...]]:
        """The two groups of variables, and what is given."""
        return tuple(self.args[1]), tuple(self.args[2]), tuple(self.args[3])

    @property
    def bound(self) -> tuple[Expr, ...]:
        """Every variable: the information is a number."""
        first, second, third = self.parts
        return tuple(value_of(item) for item in first + second + third)

    @property
    def joint(self) -> Density:
        """The joint density that the average is taken under."""
        first, second, third = self.parts
        return Density(self.family, first + second + third)

    def renamed(self, names: Mapping[Expr, Expr]) -> MutualInformation:
        """The same number with bound names replaced: the slots stay, which is what the information is about."""
        return MutualInformation(
            self.family, *([At(slot_of(i), names.get(value_of(i), value_of(i))) for i in part] for part in self.parts)
        )

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        first, second, third = (", ".join(map(printer._print, part)) for part in self.parts)
        bar = rf" \mid {third}" if third else ""
        return rf"\mathrm{{I}}_{{{printer._print(self.family)}}}({first}; {second}{bar})"

    def _sympystr(self, printer: Any) -> str:
        first, second, third = (", ".join(map(printer._print, part)) for part in self.parts)
        return f"I_{printer._print(self.family)}({first}; {second}{' | ' + third if third else ''})"


class Integral(Binder):
    """Integral of `body` over the whole space of each variable, or sum over it where the space is finite.

    `discrete` only changes how it is printed: the measure of a variable is part of the model, not of the formula.
    """

    def __new__(cls, body: Any, *variables: Any, discrete: bool = False) -> Integral:
        # SymPy rebuilds a node as func(*args), with the variables as one tuple and the kind as a name.
        names: list[Any] = []
        for item in variables:
            if isinstance(item, Str):
                discrete = item.name == "sum"
            else:
                names.extend(item if isinstance(item, Tuple | tuple) else (item,))
        if not names:
            raise IllFormed("an integral needs a variable to integrate over: Integral(p(x, z), z)")
        for name in names:
            if not is_variable(name):
                raise IllFormed(f"{name} is not a variable, so nothing can be integrated over it")
        return Expr.__new__(cls, sympify(body), Tuple(*names), Str("sum" if discrete else "integral"))

    @property
    def body(self) -> Expr:
        """What is integrated."""
        return self.args[0]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables integrated over."""
        return tuple(self.args[1])

    @property
    def discrete(self) -> bool:
        """Whether it is written as a sum."""
        return bool(self.args[2].name == "sum")

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = printer._print(self.body)
        # An inner integral over several variables would leave its last ones to this sign.
        inner = (part for part in self.body.atoms(Integral) if not part.discrete)
        if self.body.is_Add or (not self.discrete and any(len(part.bound) > 1 for part in inner)):
            body = rf"\left({body}\right)"
        names = list(map(printer._print, self.bound))
        text = (
            rf"\sum_{{{', '.join(names)}}} {body}"
            if self.discrete
            else r"\int " + body + r"\, " + r"\, ".join("d" + n for n in names)
        )
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _sympystr(self, printer: Any) -> str:
        sign = "Sum" if self.discrete else "Integral"
        return f"{sign}({printer._print(self.body)}, {_list(map(printer._print, self.bound))})"


class IndexSum(Binder):
    r"""`\sum_{i=lower}^{upper} body`, with symbolic bounds; empty (zero) when `upper` is `lower - 1`."""

    _sign, _plain = r"\sum", "Sum"

    def __new__(cls, body: Any, index: Any, lower: Any, upper: Any) -> IndexSum:
        return Expr.__new__(cls, sympify(body), index, sympify(lower), sympify(upper))

    @property
    def body(self) -> Expr:
        """The summand."""
        return self.args[0]

    @property
    def index(self) -> Symbol:
        """The running index."""
        return self.args[1]

    @property
    def lower(self) -> Expr:
        """First value of the index."""
        return self.args[2]

    @property
    def upper(self) -> Expr:
        """Last value of the index."""
        return self.args[3]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The index."""
        return (self.index,)

    @property
    def free_symbols(self) -> set[Any]:
        """What the value depends on: entries that carry the index are bound with it."""
        inside = {s for s in self.body.free_symbols if self.index not in s.free_symbols}
        return inside | self.lower.free_symbols | self.upper.free_symbols

    def expand(self) -> Expr | None:
        """The terms written out, when both bounds are integers."""
        from symelbo.language.scope import replace_free

        if not (self.lower.is_Integer and self.upper.is_Integer):
            return None
        terms = [replace_free(self.body, {self.index: sympify(k)}) for k in range(int(self.lower), int(self.upper) + 1)]
        return self._combine(terms)

    @staticmethod
    def _combine(terms: list[Expr]) -> Expr:
        from sympy import Add

        return Add(*terms)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = printer._print(self.body)
        if self.body.is_Add:
            body = rf"\left({body}\right)"
        low, high = printer._print(self.lower), printer._print(self.upper)
        text = rf"{self._sign}_{{{printer._print(self.index)}={low}}}^{{{high}}} {body}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _sympystr(self, printer: Any) -> str:
        parts = ", ".join(map(printer._print, self.args))
        return f"{self._plain}({parts})"


class IndexProduct(IndexSum):
    r"""`\prod_{i=lower}^{upper} body`, with symbolic bounds; empty (one) when `upper` is `lower - 1`."""

    _sign, _plain = r"\prod", "Product"

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    @staticmethod
    def _combine(terms: list[Expr]) -> Expr:
        from sympy import Mul

        return Mul(*terms)


def H(law: Any, other: Any = None) -> Expr:
    """Entropy `H(q(z))`, or cross-entropy `H(w(z), r(z))` with two arguments, in nats."""
    return Entropy(law) if other is None else CrossEntropy(law, other)


def E(body: Any, law: Any) -> Expectation:
    """Expectation of `body` under `law`, a density or a product of densities.

    >>> from sympy import log
    >>> from symelbo import E, family, variables
    >>> x, z = variables("x z")
    >>> E(log(family("p")(x | z)), family("q")(z | x))
    E_{q(z | x)}[log(p(x | z))]
    """
    return Expectation(body, law)
