"""The checker of log-field certificates: multiplication, addition, comparison.

It shares no code with the prover. It walks the expression, computes with Laurent polynomials (dictionaries) over the
generators that the certificate names, believes an entry about a logarithm, exponential or root only after multiplying
it out, and accepts if the expression collects to zero. Greatest common divisors, coprimality and independence are the
prover's business; none of them is needed to believe a proof that something *is* zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import factorial
from typing import Any

import sympy as sp

from symelbo.calculus.laurent import Laurent, Poly, Quotient, Rejected, constant, require, scaled

__all__ = ["check"]

_REWRITES: dict[type, Any] = {
    **dict.fromkeys((sp.tanh, sp.sinh, sp.cosh, sp.coth, sp.sech, sp.csch), sp.exp),
    **dict.fromkeys((sp.beta, sp.binomial, sp.factorial), sp.gamma),
}
_GAMMAS = (sp.gamma, sp.loggamma, sp.polygamma, sp.digamma)


def check(
    expr: sp.Expr, certificate: Any, constraints: Iterable[sp.Basic] = (), positive: frozenset[sp.Expr] = frozenset()
) -> bool:
    """Does the certificate prove that `expr` is zero wherever it is defined and the constraints hold?

    Args:
        expr: the expression.
        certificate: from `symelbo.calculus.logfield.decide_zero`.
        constraints: the equations that were assumed.
        positive: the expressions that were declared positive.

    Returns:
        `True` if every entry was confirmed and the expression collects to zero; `False` otherwise, never an error.

    >>> from symelbo.calculus.logfield import decide_zero
    >>> x = sp.Symbol("x", positive=True)
    >>> claim = sp.log(x**2 + x) - sp.log(x) - sp.log(x + 1)
    >>> proof = decide_zero(claim).certificate
    >>> check(claim, proof), check(claim + 1, proof)
    (True, False)
    """
    try:
        return _Checker(expr, certificate, tuple(constraints), positive).accepts()
    except (Rejected, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return False


class _Checker(Laurent):
    def __init__(
        self, expr: sp.Expr, certificate: Any, constraints: tuple[sp.Basic, ...], positive: frozenset[sp.Expr]
    ):
        super().__init__()
        self.expr = expr
        self.certificate = certificate
        self.positive = positive
        self.definitions = dict(certificate.definitions)
        self.count = len(certificate.generators)
        self.first_log = self.count + len(certificate.basis)
        self.first_integer = self.first_log + self.first_log
        declared = sorted(positive, key=sp.default_sort_key)
        self.rules = [c for c in constraints if isinstance(c, sp.Equality) and any(c.has(s) for s in self.definitions)]
        sides = [side for rule in self.rules for side in rule.args]
        roots = [expr, *self.definitions.values(), *sides, *declared]
        numbered, self.defined = _numbered(roots)
        # A dictionary, so that a place below zero is not found.
        self.nodes = dict(enumerate(numbered))
        self.defined |= set(declared)
        self.memo: dict[sp.Expr, Quotient] = {}
        self.factors = [{m: c for c, m in terms} for terms in certificate.basis]
        self.kernels = {self.nodes[k.node]: k for k in certificate.kernels}
        self.atoms: dict[sp.Expr, int] = {}
        self.signs: dict[int, int] = {}
        self.used: set[int] = set()
        self.confirmed: set[int] = set()
        self.used_integers: set[int] = set()
        self.logs: dict[int, int] = {}

    def accepts(self) -> bool:
        self._read_generators()
        self._read_hints()
        for symbol, value in self.definitions.items():
            self._confirm(symbol, value)
        if self.reduced(self.evaluate(self.expr)[0]):
            return False
        for node in self.kernels:
            self.evaluate(node)
        if self.confirmed != {k.node for k in self.kernels.values()}:
            return False
        # Nothing idle: an entry that no step needs could be changed without being noticed.
        for g, entry in enumerate(self.certificate.generators):
            if entry[0] == "atom" and entry[2] > 1 and not self._degree_is_needed(g, entry[2]):
                return False
        idle = set(range(self.first_log)) - self.used
        return not idle and self.used_integers == set(self.certificate.integers) == set(self.integers)

    # -- generators, signs -----------------------------------------------------------------------------------------

    def _read_generators(self) -> None:
        self.integers = list(self.certificate.integers)
        require(all(type(c) is int for poly in self.factors for c in poly.values()))
        require(len(set(self.integers)) == len(self.integers) and all(n > 1 for n in self.integers))
        require(len(self.kernels) == len(self.certificate.kernels))
        for g, entry in enumerate(self.certificate.generators):
            kind = entry[0]
            if kind == "atom":
                node = self.nodes[entry[1]]
                require(not (node.is_Add or node.is_Mul or node.is_Rational) and entry[2] >= 1)
                require(node not in self.atoms and node not in self.definitions)
                self.atoms[node] = g
                if node.is_positive or node in self.positive or node.is_NumberSymbol:
                    self.signs[g] = 1
                elif node.is_negative:
                    self.signs[g] = -1
                elif entry[2] > 1 and node in self.defined:
                    self.signs[g] = 1
            elif kind == "exp":
                require(entry[2] >= 1)
                self.signs[g] = 1
            elif kind in ("root", "abs", "joint"):
                degree, radicand = entry[1:3]
                require(degree >= 2 and all(f < g or f >= self.count for f, _ in radicand[2]) and radicand[1] == 1)
                self.relations.append((g, degree, self.product(radicand)[0]))
                if kind != "joint":
                    require(len(entry) == 3)
                    self.signs[g] = 1
                if kind == "abs":
                    require(degree == 2 and all(e % 2 == 0 for _, e in radicand[2]) and radicand[0] == 1)
            elif kind == "log":
                self.logs[g] = self._basic(entry[1], g)
            else:
                require(kind == "gamma")
        self.relations.reverse()

    def _basic(self, part: Any, g: int) -> int:
        """The variable for the logarithm of one element of the basis."""
        number, one, powers = part
        require(one == 1)
        if powers:
            ((f, e),) = powers
            require(number == e == 1 and f != g)
            return self.first_log + int(f)
        self.used_integers.add(number)
        return self.first_integer + self.integers.index(number)

    def _read_hints(self) -> None:
        for hint in self.certificate.hints:
            node = self.nodes[hint.node]
            require(node in self.defined and node not in self.signs and hint.sign in (1, -1))
            power, degree = dict(hint.value[2])[hint.factor], 1
            if hint.factor < self.count and self.certificate.generators[hint.factor][0] == "atom":
                degree = self.certificate.generators[hint.factor][2]
            require(power % degree == 0 and power // degree % 2 == 1 and hint.factor not in self.signs)
            self._equal(self.evaluate(node), self.product(hint.value))
            rest = (hint.value[0], hint.value[1], tuple((f, e) for f, e in hint.value[2] if f != hint.factor))
            require(self.sign(rest) == hint.sign)
            self.signs[hint.factor] = hint.sign
        for g, entry in enumerate(self.certificate.generators):
            if entry[0] == "root":
                require(self.sign(entry[2]) == 1)
            if entry[0] == "joint":
                self._confirm_joint(*entry[1:])
            if entry[0] == "atom" and entry[2] > 1:
                require(self.signs.get(g) == 1)
            if entry[0] == "gamma" and entry[1] == 0 and self.sign(entry[2]) == 1:
                self.signs[g] = 1

    def _confirm_joint(self, degree: int, radicand: Any, denominator: Any, place: int, rest: Any) -> None:
        """`w = denominator · root(radicand / denominator^degree)`, of a positive node over `rest`."""
        node = self.nodes[place]
        require(node in self.defined and denominator[:2] == (1, 1) and self.sign(rest) == 1)
        whole = self.times(self.product(radicand), self.product(rest))
        self._equal(self.times(self.evaluate(node), self.power(self.product(denominator), degree)), whole)

    def sign(self, part: Any) -> int | None:
        """The sign of a product: what has no known sign must cancel, or make up quantities known to be positive."""
        known, unknown = self._parity(part)
        if unknown:
            for quantity in self._joint():
                sign, odd = self._parity(quantity)
                if odd and odd <= unknown:
                    unknown = unknown ^ odd
                    known *= sign
        return None if unknown else known

    def _parity(self, part: Any) -> tuple[int, frozenset[int]]:
        """The known part of the sign, and the factors of unknown sign with odd powers."""
        sign = 1 if part[0] * part[1] > 0 else -1
        odd: dict[int, int] = {}
        for f, e in part[2]:
            if f < self.count and self.certificate.generators[f][0] == "joint":
                for h, k in self.certificate.generators[f][3][2]:
                    odd[h] = odd.get(h, 0) + e * k
            else:
                odd[f] = odd.get(f, 0) + e
        unknown = set()
        for f, e in odd.items():
            if e % 2:
                s = self.signs.get(f) or (self._all_positive(self.factors[f - self.count]) if f >= self.count else None)
                if s is None:
                    unknown.add(f)
                else:
                    sign *= s
        return sign, frozenset(unknown)

    def _joint(self) -> list[Any]:
        """The products `radicand / denominator^degree` whose joint roots exist; they are positive."""
        quantities = []
        for entry in self.certificate.generators:
            if entry[0] == "joint":
                _, degree, radicand, denominator, *_ = entry
                powers = (*radicand[2], *((f, -degree * e) for f, e in denominator[2]))
                quantities.append((radicand[0], radicand[1], powers))
        return quantities

    def _all_positive(self, poly: Poly) -> int | None:
        strict = False
        for mono, c in poly.items():
            if c < 0 or any(e % 2 and self.signs.get(v) != 1 for v, e in mono):
                return None
            strict = strict or all(self.signs.get(v) == 1 for v, _ in mono)
        return 1 if strict else None

    def _degree_is_needed(self, g: int, degree: int) -> bool:
        parts = [k.value for k in self.certificate.kernels]
        inside = [m for poly in self.factors for m in poly]
        return any(v == g and e % degree for powers in [*(p[2] for p in parts), *inside] for v, e in powers)

    def _confirm(self, symbol: sp.Symbol, value: sp.Expr) -> None:
        """Some constraint has this value as its only solution for the symbol."""
        free = -1
        solution = self.evaluate(value)
        for rule in self.rules:
            if not rule.has(symbol):
                continue
            other = _Evaluation(self, symbol, free)
            try:
                sides = [other.evaluate(rule.args[0]), self.times(({(): -1}, ()), other.evaluate(rule.args[1]))]
            except (Rejected, LookupError):
                continue
            numerator = self.reduced(self.add(sides)[0])
            by_power: dict[int, Poly] = {}
            for mono, c in numerator.items():
                powers = dict(mono)
                e = powers.pop(free, 0)
                by_power.setdefault(e, {})[tuple(sorted(powers.items()))] = c
            by_power = _lowest(by_power)
            top = max(by_power, default=0)
            if (set(by_power) <= {0, 1} and top == 1) or (set(by_power) <= {0, 2} and top == 2):
                slope, offset = by_power[top], by_power.get(0, {})
                if self._all_positive(slope) != 1 and self._all_positive(scaled(slope, -1)) != 1:
                    continue
                if top == 2 and not (symbol.is_positive or symbol in self.positive):
                    continue
                power = self.power(solution, top)
                difference = self.add([self.times((slope, ()), power), (offset, ())])
                if not self.reduced(difference[0]):
                    return
        raise Rejected(f"no constraint determines {symbol}")

    # -- evaluation ------------------------------------------------------------------------------------------------

    def evaluate(self, node: sp.Expr) -> Quotient:
        value = self.memo.get(node)
        if value is None:
            value = self.memo[node] = self._evaluate(node)
        return value

    def _evaluate(self, node: sp.Expr) -> Quotient:
        g = self.atoms.get(node)
        if g is not None:
            self.used.add(g)
            return {((g, self.certificate.generators[g][2]),): 1}, ()
        if node in self.definitions:
            return self.evaluate(self.definitions[node])
        if node.is_Rational:
            return constant(Fraction(int(node.p), int(node.q))), ()
        if node.is_Add:
            total = self.add([self.evaluate(a) for a in node.args])
            return self._lemma(total, self.kernels[node]) if node in self.kernels else total
        if node.is_Mul:
            value: Quotient = ({(): 1}, ())
            for a in node.args:
                value = self.times(value, self.evaluate(a))
            return value
        if node.is_Pow and node.exp.is_Integer:
            return self.power(self.evaluate(node.base), int(node.exp))
        if type(node) in _REWRITES:
            return self.evaluate(node.rewrite(_REWRITES[type(node)]))
        return self._kernel(node, self.kernels[node])

    def _lemma(self, total: Quotient, kernel: Any) -> Quotient:
        """A sum that the certificate knows in lower terms."""
        require(kernel.base is None and kernel.generator == -1 and kernel.shift == 0)
        value = self.product(kernel.value)
        self._equal(total, value)
        self.confirmed.add(kernel.node)
        return value

    def _kernel(self, node: sp.Expr, kernel: Any) -> Quotient:
        value = self.product(kernel.value)
        self.confirmed.add(kernel.node)
        if isinstance(node, _GAMMAS):
            return self._gamma(node, kernel)
        require(kernel.generator == -1 and kernel.shift == 0)
        require((kernel.base is not None) == (node.is_Pow and not node.exp.is_Rational))
        if isinstance(node, sp.log):
            argument = node.args[0]
            inside = argument.args[0] if isinstance(argument, sp.Abs) else argument
            self._equal(self.evaluate(inside), value)
            return self.log(kernel.value)
        require(self.sign(kernel.value) == 1)
        if node.is_Pow and node.exp.is_Rational:
            p, q = int(node.exp.p), int(node.exp.q)
            self._equal(self.power(value, q), self.power(self.evaluate(node.base), p))
        elif isinstance(node, sp.Abs):
            self._equal(self.power(value, 2), self.power(self.evaluate(node.args[0]), 2))
        else:
            self._equal(self._exponent(node), self.log(kernel.value))
        return value

    def _exponent(self, node: sp.Expr) -> Quotient:
        if isinstance(node, sp.exp):
            return self.evaluate(node.args[0])
        if node is sp.E:
            return {(): 1}, ()
        require(node.is_Pow)
        base = self.kernels[node].base
        require(self.sign(base) == 1)
        self._equal(self.evaluate(node.base), self.product(base))
        return self.times(self.evaluate(node.exp), self.log(base))

    def _gamma(self, node: sp.Expr, kernel: Any) -> Quotient:
        entry = self.certificate.generators[kernel.generator]
        order = node.args[0] if isinstance(node, sp.polygamma) else 0 if isinstance(node, sp.digamma) else None
        require(entry[0] == "gamma" and entry[1] == (0 if order is None else int(order) + 1) and kernel.base is None)
        self.used.add(kernel.generator)
        start, n = self.product(entry[2]), kernel.shift
        self._equal(self.evaluate(node.args[-1]), self.add([start, (constant(n), ())]))
        steps = [self.add([start, (constant(k), ())]) for k in range(min(0, n), max(0, n))]
        value: Quotient = ({((kernel.generator, 1),): 1}, ())
        if order is not None:
            require(kernel.value == (1, 1, ()))
            m = int(order)
            c = constant((-1) ** m * factorial(m) * (1 if n > 0 else -1))
            return self.add([value, *(self.times((c, ()), self.power(s, -m - 1)) for s in steps)])
        for s in steps:
            value = self.times(value, self.power(s, 1 if n > 0 else -1))
        self._equal(value, self.product(kernel.value))
        return self.log(kernel.value) if isinstance(node, sp.loggamma) else value

    # -- products and their logarithms -----------------------------------------------------------------------------

    def product(self, part: Any) -> Quotient:
        value: Quotient = (constant(Fraction(part[0], part[1])), ())
        mono: dict[int, int] = {}
        for f, e in part[2]:
            require(e != 0 and 0 <= f < self.first_log)
            self.used.add(f)
            if f < self.count:
                mono[self.logs.get(f, f)] = mono.get(self.logs.get(f, f), 0) + e
            else:
                value = self.times(value, self.power((self._factor(f), ()), e))
        return self.times(value, ({tuple(sorted(mono.items())): 1}, ()))

    def _factor(self, f: int) -> Poly:
        poly = self.factors[f - self.count]
        if not self.logs:
            return poly
        return {tuple(sorted((self.logs.get(v, v), e) for v, e in m)): c for m, c in poly.items()}

    def log(self, part: Any) -> Quotient:
        """`log|product|` as a linear form in the logarithms of the basis."""
        terms: list[Quotient] = []
        for n, e in ((abs(part[0]), 1), (part[1], -1)):
            for i, b in enumerate(self.integers):
                while n % b == 0:
                    n //= b
                    self.used_integers.add(b)
                    terms.append(({((self.first_integer + i, 1),): e}, ()))
            require(n == 1)
        for f, e in part[2]:
            entry: tuple[Any, ...] = self.certificate.generators[f] if f < self.count else ("sum",)
            if entry[0] == "exp":
                inner = self._exp_exponent(f)
                terms.append(self.times((constant(Fraction(e, entry[2])), ()), inner))
            elif entry[0] in ("root", "abs", "joint"):
                terms.append(self.times((constant(Fraction(e, entry[1])), ()), self.log(entry[2])))
            else:
                terms.append(({((self.first_log + f, 1),): e}, ()))
        return self.add(terms)

    def _exp_exponent(self, g: int) -> Quotient:
        """What `exp` generator `g` raised to its degree is the exponential of."""
        _, place, _, pulled = self.certificate.generators[g]
        if place == -1:
            return {(): 1}, ()
        minus = self.times((constant(-1), ()), self.log(pulled))
        return self.add([self._exponent(self.nodes[place]), minus])

    def _equal(self, a: Quotient, b: Quotient) -> None:
        if a != b:
            difference = self.add([a, self.times(({(): -1}, ()), b)])
            require(not self.reduced(difference[0]))


class _Evaluation(_Checker):
    """Evaluation in which one symbol is free again, to see what a constraint says about it."""

    def __init__(self, checker: _Checker, symbol: sp.Symbol, variable: int) -> None:
        self.__dict__.update(checker.__dict__)
        self.memo = {symbol: ({((variable, 1),): 1}, ())}
        self.definitions = {s: v for s, v in checker.definitions.items() if s != symbol}


def _lowest(by_power: dict[int, Poly]) -> dict[int, Poly]:
    shift = min(by_power, default=0)
    return {e - shift: p for e, p in by_power.items()} if shift < 0 else by_power


def _numbered(roots: list[sp.Expr]) -> tuple[list[sp.Expr], set[sp.Expr]]:
    """The nodes in postorder, and those that are positive because a logarithm or root of them is taken."""
    order: dict[sp.Expr, None] = {}
    defined: set[sp.Expr] = set()
    for root in roots:
        stack = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order[node] = None
                continue
            if node in order:
                continue
            stack.append((node, True))
            if isinstance(node, (sp.log, sp.loggamma)):
                defined.add(node.args[0])
            elif node.is_Pow and node.exp.is_Rational and not node.exp.is_Integer:
                defined.add(node.base)
            rewrite = _REWRITES.get(type(node))
            args = node.args if rewrite is None else (node.rewrite(rewrite),)
            stack.extend((a, False) for a in reversed(args))
    return list(order), defined
