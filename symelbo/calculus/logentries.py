"""What the entries of a log-field certificate say: generators, signs, products over the basis and their logarithms.

Each is believed only after it has been multiplied out and compared with the expression it is about.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any

import sympy as sp

from symelbo.calculus.laurent import Laurent, Poly, Value, constant, require

__all__ = ["Entries"]


class Entries(Laurent, ABC):
    """The entries of one certificate, over the generators and basis that it names.

    Variables are numbered: first generators, then polynomials of the basis, then logarithms of both, then logarithms
    of integers.

    Args:
        certificate: what is to be checked.
        nodes: the nodes of the expression by their place.
        defined: nodes that are positive wherever the expression is defined.
        positive: expressions that were declared positive.
        definitions: symbols that constraints determine.
        budget: how many products of two monomials may be formed.
    """

    def __init__(
        self,
        certificate: Any,
        nodes: dict[int, sp.Expr],
        defined: set[sp.Expr],
        positive: frozenset[sp.Expr],
        definitions: dict[sp.Symbol, sp.Expr],
        budget: int,
    ) -> None:
        super().__init__(budget)
        self.certificate = certificate
        self.nodes = nodes
        self.defined = defined
        self.positive = positive
        self.definitions = definitions
        self.count = len(certificate.generators)
        self.first_log = self.count + len(certificate.basis)
        self.first_integer = self.first_log + self.first_log
        self.factors = [{m: c for c, m in terms} for terms in certificate.basis]
        self.atoms: dict[sp.Expr, int] = {}
        self.signs: dict[int, int] = {}
        self.used: set[int] = set()
        self.integers: list[int] = []
        self.used_integers: set[int] = set()
        self.logs: dict[int, int] = {}

    @abstractmethod
    def evaluate(self, node: sp.Expr) -> Value:
        """The value of a node of the expression."""

    @abstractmethod
    def exponent(self, node: sp.Expr) -> Value:
        """What a node is the exponential of."""

    # -- generators, signs -----------------------------------------------------------------------------------------

    def read_generators(self) -> None:
        self.integers = list(self.certificate.integers)
        require(all(type(c) is int for poly in self.factors for c in poly.values()))
        require(len(set(self.integers)) == len(self.integers) and all(n > 1 for n in self.integers))
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
                self.relations.append((g, degree, self._whole(radicand)))
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

    def read_hints(self) -> None:
        for hint in self.certificate.hints:
            node = self.nodes[hint.node]
            require(node in self.defined and node not in self.signs and hint.sign in (1, -1))
            power, degree = dict(hint.value[2])[hint.factor], 1
            if hint.factor < self.count and self.certificate.generators[hint.factor][0] == "atom":
                degree = self.certificate.generators[hint.factor][2]
            require(power % degree == 0 and power // degree % 2 == 1 and hint.factor not in self.signs)
            self.equal(self.evaluate(node), self.product(hint.value))
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
        self.equal(self.times(self.evaluate(node), self.power(self.product(denominator), degree)), whole)

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
                s = self.signs.get(f) or (self.all_positive(self.factors[f - self.count]) if f >= self.count else None)
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

    def all_positive(self, poly: Poly) -> int | None:
        strict = False
        for mono, c in poly.items():
            if c < 0 or any(e % 2 and self.signs.get(v) != 1 for v, e in mono):
                return None
            strict = strict or all(self.signs.get(v) == 1 for v, _ in mono)
        return 1 if strict else None

    def degree_is_needed(self, g: int, degree: int) -> bool:
        parts = [k.value for k in self.certificate.kernels]
        inside = [m for poly in self.factors for m in poly]
        return any(v == g and e % degree for powers in [*(p[2] for p in parts), *inside] for v, e in powers)

    # -- products and their logarithms -----------------------------------------------------------------------------

    def product(self, part: Any) -> Value:
        value: Value = (constant(Fraction(part[0], part[1])), ())
        mono: dict[int, int] = {}
        for f, e in part[2]:
            require(e != 0 and 0 <= f < self.first_log)
            self.used.add(f)
            if f < self.count:
                mono[self.logs.get(f, f)] = mono.get(self.logs.get(f, f), 0) + e
            else:
                value = self.times(value, self.power((self._factor(f), ()), e))
        return self.times(value, ({tuple(sorted(mono.items())): 1}, ()))

    def _whole(self, part: Any) -> Poly:
        """A product without denominators, multiplied out."""
        value = self.product(part)
        require(all(e > 0 for _, e in value[1]))
        return self.multiplied_out(value)

    def _factor(self, f: int) -> Poly:
        poly = self.factors[f - self.count]
        if not self.logs:
            return poly
        return {tuple(sorted((self.logs.get(v, v), e) for v, e in m)): c for m, c in poly.items()}

    def log(self, part: Any) -> Value:
        """`log|product|` as a linear form in the logarithms of the basis."""
        terms: list[Value] = []
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

    def _exp_exponent(self, g: int) -> Value:
        """What `exp` generator `g` raised to its degree is the exponential of."""
        _, place, _, pulled = self.certificate.generators[g]
        if place == -1:
            return {(): 1}, ()
        minus = self.times((constant(-1), ()), self.log(pulled))
        return self.add([self.exponent(self.nodes[place]), minus])

    def equal(self, a: Value, b: Value) -> None:
        """Require two values to be equal."""
        require(self.same(a, b))
