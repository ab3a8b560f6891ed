"""Writing the certificate of an expression that was found to be zero."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp
from flint import fmpq

from symelbo.calculus.logs.budget import Meaningless, Restart
from symelbo.calculus.logs.certificate import Certificate, Hint, Kernel, Part, Term
from symelbo.calculus.logs.convert import Converter, argument_of_log
from symelbo.calculus.logs.coprime import integer_basis, polynomial_basis
from symelbo.calculus.logs.gammas import gamma_of, shift_of
from symelbo.calculus.logs.ring import ONE, Generator, Product

__all__ = ["write_certificate"]

_REWRITTEN: dict[type, Any] = {
    **dict.fromkeys((sp.tanh, sp.sinh, sp.cosh, sp.coth, sp.sech, sp.csch), sp.exp),
    **dict.fromkeys((sp.beta, sp.binomial, sp.factorial), sp.gamma),
}
_GAMMAS = (sp.gamma, sp.loggamma, sp.polygamma, sp.digamma)


class _CannotWrite(Exception):
    """A generator that certificates have no entry for."""


def write_certificate(converter: Converter, expr: sp.Expr) -> Certificate | None:
    """The certificate, or `None` where a function stands inside another in a way that certificates do not cover."""
    try:
        return _Writer(converter, expr).certificate()
    except (_CannotWrite, Restart, Meaningless):
        return None


class _Writer:
    def __init__(self, converter: Converter, expr: sp.Expr) -> None:
        self.converter = converter
        self.ring = converter.ring
        self.positive = sorted(converter.positive, key=sp.default_sort_key)
        sides = [side for rule in converter.constraints for side in rule.args]
        core = [expr, *converter.definitions.values(), *sides]
        self.order = {node: i for i, node in enumerate(_postorder([*core, *self.positive]))}
        whole = not self.positive and not converter.definitions
        whole = whole and not any(g.kind == "opaque" for g in self.ring.generators)
        self.core = self.order.keys() if whole else self._reached(core)
        self.generators: dict[int, int] = {}
        self.basis: dict[int, int] = {}
        self.positive_nodes: dict[Product, sp.Expr] = {}
        for node in (*self.positive, *_defined(self.order)):
            value = converter.seen(node)
            if isinstance(value, Product) and node in self.order:
                self.positive_nodes.setdefault(value, node)

    def certificate(self) -> Certificate:
        for rule in self.converter.constraints:
            for side in rule.args:
                self.converter.convert(side)
        functions = [node for node in self.order if self._is_function(node) and node in self.core]
        products: list[tuple[sp.Expr, Product, Product | None]] = []
        for node in functions:
            base = None
            if isinstance(node, sp.log):
                value = self.converter.rational(argument_of_log(node))
            elif isinstance(node, _GAMMAS):
                value = self._gamma_value(node)
            else:
                value = self.converter.rational(node)
                if node.is_Pow and not node.exp.is_Rational:
                    base = self.converter.rational(node.base)
            products.append((node, value, base))
        self._split([p for _, v, b in products for p in (v, b) if p is not None])
        learned = list(self._learned())
        self._choose_generators(products, learned)
        kernels = []
        for node, value, base in products:
            generator, shift = -1, 0
            if isinstance(node, _GAMMAS):
                number, shift = shift_of(self.converter, *_gamma_arguments(node, self.converter))
                generator = self.generators[number]
            kernels.append(
                Kernel(self.order[node], self.part(value), None if base is None else self.part(base), generator, shift)
            )
        hints = tuple(
            Hint(self._index(f), sign, self.order[node], self.part(value)) for f, sign, node, value in learned
        )
        generators = tuple(self._entry(self.ring.generators[n]) for n in self.generators)
        polynomials = tuple(self._polynomial(f) for f in self.basis)
        return Certificate(
            generators,
            polynomials,
            self._integers(products),
            tuple(kernels),
            hints,
            tuple(self.converter.definitions.items()),
        )

    def _reached(self, roots: list[sp.Expr]) -> set[sp.Expr]:
        """The nodes that the checker comes to: it does not look inside those that are not understood."""
        definitions = self.converter.definitions
        found: set[sp.Expr] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node in found:
                continue
            found.add(node)
            if not node.args:
                continue
            number = self.ring.numbers.get(node)
            if node in definitions or (number is not None and self.ring.generators[number].kind == "opaque"):
                continue
            rewrite = _REWRITTEN.get(type(node))
            stack.extend(node.args if rewrite is None else (node.rewrite(rewrite),))
        return found

    # -- what has to be said -----------------------------------------------------------------------------------------

    def _is_function(self, node: sp.Expr) -> bool:
        if node in self.converter.definitions:
            return False
        if node.is_Add:
            return self._is_lemma(node)
        if (not node.args and node is not sp.E) or node.is_Add or node.is_Mul or type(node) in _REWRITTEN:
            return False
        if (node.is_Pow and node.exp.is_Integer) or (node in self.ring.numbers and node is not sp.E):
            return False
        return node in self.converter.memo

    def _is_lemma(self, node: sp.Expr) -> bool:
        """A sum of fractions: said in lowest terms, it spares the checker large products of denominators."""
        memo = self.converter.memo
        value = memo.get(node)
        if not isinstance(value, Product) or value.is_zero():
            return False
        factors = (f for a in node.args for f in (a.args if a.is_Mul else (a,)))
        parts = [memo[f] for f in factors if f in memo]
        return any(
            e < 0 and not self.ring.is_generator(f) for p in parts if isinstance(p, Product) for f, e in p.powers
        )

    def _gamma_value(self, node: sp.Expr) -> Product:
        if isinstance(node, (sp.gamma, sp.loggamma)):
            return gamma_of(self.converter, self.converter.rational(node.args[0]))
        return ONE

    def _learned(self) -> Iterator[tuple[int, int, sp.Expr, Product]]:
        """The signs that were read off positive nodes, with such a node."""
        signs = self.converter.signs
        by_value = self.positive_nodes
        for factor, (sign, value) in signs.reasons.items():
            if self._is_plain(factor):
                continue
            node = by_value.get(value)
            if node is None:
                raise _CannotWrite
            yield factor, sign, node, value
        # A symbol that was replaced by its root because the root of a product exists.
        for number, g in enumerate(self.ring.generators):
            if number in signs.reasons:
                continue
            if g.kind in ("symbol", "opaque") and g.degree > 1 and g.sign is None and g.data not in by_value.values():
                yield number, 1, *self._root_of_product(number, g.degree, by_value)

    def _is_plain(self, factor: int) -> bool:
        """Needs the sign of the factor no hint, or can none be given because the basis splits the factor?"""
        if not self.ring.is_generator(factor):
            return self.rows.get(factor, {factor: 1}) != {factor: 1}
        g = self.ring.generators[factor]
        return g.degree > 1 and g.data in self.positive_nodes.values()

    def _place(self, value: Product) -> int:
        node = self.positive_nodes.get(value)
        if node is None:
            raise _CannotWrite
        return self.order[node]

    def _root_of_product(self, number: int, degree: int, by_value: dict[Product, sp.Expr]) -> tuple[sp.Expr, Product]:
        for value, node in by_value.items():
            powers = dict(value.powers)
            power = powers.pop(number, 0)
            if power % degree == 0 and power // degree % 2:
                rest = Product(value.const, tuple(powers.items()))
                if self.converter.signs.of(rest) == 1:
                    return node, value
        raise _CannotWrite

    def _split(self, products: Iterable[Product]) -> None:
        """A coprime basis of everything whose logarithm is taken."""
        factors = {f for p in products for f, _ in p.powers}
        for g in self.ring.generators:
            if g.relation is not None:
                factors |= {f for f, _ in g.relation[1].powers}
        factors |= {f for f in self.converter.signs.reasons if not self.ring.is_generator(f)}
        self.rows = polynomial_basis(self.ring, factors)

    def _choose_generators(self, products: list[Any], learned: list[Any]) -> None:
        used: set[int] = {self.ring.numbers[node] for node in self.core if node in self.ring.numbers}
        polynomials: dict[int, None] = {}
        queue = [v for _, v, _ in products] + [b for _, _, b in products if b is not None] + [v for *_, v in learned]
        for node in self.core:
            if isinstance(node, _GAMMAS):
                used.add(shift_of(self.converter, *_gamma_arguments(node, self.converter))[0])
        seen: set[int] = set()
        pending = list(used)
        while queue or pending:
            if pending:
                number = pending.pop()
                if number in seen:
                    continue
                seen.add(number)
                g = self.ring.generators[number]
                if g.kind in ("gamma", "polygamma", "log") and g.degree != 1:
                    raise _CannotWrite
                if g.kind == "log":
                    queue.append(self._inside_log(g))
                if g.relation is not None:
                    queue.append(g.relation[1])
                    queue += [g.extra[name] for name in ("denominator", "rest") if name in g.extra]
                if g.kind in ("gamma", "polygamma"):
                    queue.append(g.data[1])
                if g.kind == "exp":
                    queue.append(g.extra["pulled"])
                continue
            for b in self._merged(queue.pop()):
                if b not in polynomials and b not in seen:
                    if not self.ring.is_generator(b):
                        polynomials[b] = None
                    pending.extend(self.ring.variables(b))
        hinted = [f for f, *_ in learned if not self.ring.is_generator(f)]
        self.generators = {n: i for i, n in enumerate(sorted(seen))}
        self.basis = {f: i for i, f in enumerate(dict.fromkeys([*polynomials, *hinted]))}

    # -- entries -----------------------------------------------------------------------------------------------------

    def _index(self, factor: int) -> int:
        return self.generators[factor] if factor in self.generators else len(self.generators) + self.basis[factor]

    def part(self, product: Product) -> Part:
        powers = sorted((self._index(b), e) for b, e in self._merged(product).items())
        return int(product.const.p), int(product.const.q), tuple(powers)

    def _merged(self, product: Product) -> dict[int, int]:
        """The product over the coprime basis."""
        powers: dict[int, int] = {}
        for f, e in product.powers:
            for b, k in self.rows.get(f, {f: 1}).items():
                powers[b] = powers.get(b, 0) + e * k
        return {b: e for b, e in powers.items() if e}

    def _entry(self, g: Generator) -> tuple[Any, ...]:
        if g.kind == "exp":
            place = -1 if g.key == ("e",) else self.order[g.key[1]]  # type: ignore[index]
            return "exp", place, g.degree, self.part(g.extra["pulled"])
        if g.relation is not None:
            degree, radicand = g.relation
            if "denominator" not in g.extra:
                return g.kind, degree, self.part(radicand)
            denominator, rest = self.part(g.extra["denominator"]), self.part(g.extra["rest"])
            return "joint", degree, self.part(radicand), denominator, self._place(g.extra["value"]), rest
        if g.kind in ("gamma", "polygamma"):
            order, argument = g.data
            return "gamma", 0 if g.kind == "gamma" else order + 1, self.part(argument)
        if g.kind == "log":
            return "log", self.part(self._inside_log(g))
        return "atom", self.order[g.data], g.degree

    def _inside_log(self, g: Generator) -> Product:
        """What a logarithm that became a generator is the logarithm of; it must be one element of the basis."""
        key = g.data
        if key < 0:
            return Product(fmpq(-key), ())
        if self.rows.get(key, {key: 1}) != {key: 1}:
            raise _CannotWrite
        return Product(ONE.const, ((key, 1),))

    def _polynomial(self, factor: int) -> tuple[Term, ...]:
        last = self.ring.slots - 1
        places = sorted((self.generators[v], last - v) for v in self.ring.variables(factor))
        return tuple(
            (int(c), tuple((g, int(m[i])) for g, i in places if m[i])) for m, c in self.ring.factors[factor].terms()
        )

    def _integers(self, products: list[Any]) -> tuple[int, ...]:
        """Integers enough to split every number whose logarithm is taken."""
        queue = [v for node, v, _ in products if isinstance(node, (sp.log, sp.loggamma, sp.exp)) or node is sp.E]
        queue += [p for _, v, b in products if b is not None for p in (v, b)]
        numbers: list[int] = []
        seen: set[int] = set()
        while queue:
            c, powers = queue.pop()
            numbers += [n for n in (abs(int(c.p)), int(c.q)) if n > 1]
            for f, _ in powers:
                if not self.ring.is_generator(f) or f in seen:
                    continue
                seen.add(f)
                g = self.ring.generators[f]
                if g.relation is not None:
                    queue.append(g.relation[1])
                elif g.kind == "exp":
                    queue.append(g.extra["pulled"])
        numbers += [-g.data for n in self.generators if (g := self.ring.generators[n]).kind == "log" and g.data < 0]
        return tuple(sorted({b for row in integer_basis(numbers).values() for b in row}))


def _gamma_arguments(node: sp.Expr, converter: Converter) -> tuple[str, int, Product]:
    argument = converter.rational(node.args[-1])
    if isinstance(node, (sp.gamma, sp.loggamma)):
        return "gamma", 0, argument
    return "polygamma", int(node.args[0]) if isinstance(node, sp.polygamma) else 0, argument


def _defined(nodes: Iterable[sp.Expr]) -> Iterator[sp.Expr]:
    for node in nodes:
        if isinstance(node, (sp.log, sp.loggamma)):
            yield node.args[0]
        elif node.is_Pow and node.exp.is_Rational and not node.exp.is_Integer:
            yield node.base


def _postorder(roots: Iterable[sp.Expr]) -> list[sp.Expr]:
    order: dict[sp.Expr, None] = {}
    stack = list(reversed(list(roots)))
    while stack:
        node = stack[-1]
        if node in order:
            stack.pop()
            continue
        rewrite = _REWRITTEN.get(type(node))
        args = node.args if rewrite is None else (node.rewrite(rewrite),)
        left = [a for a in args if a not in order]
        if left:
            stack.extend(reversed(left))
        else:
            order[node] = None
            stack.pop()
    return list(order)
