"""Claims about explicit densities, tested at random points: witnesses for false closed forms, agreement for true ones.

Sizes become small numbers, free names rational values inside their domains, unknown functions smooth ones, abstract
densities Gaussians; both sides are then evaluated by quadrature in balls (see `symelbo.semantics.explicit.quadrature`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from flint import acb, acb_mat, arb, fmpq
from sympy import Add, Expr, Integer, Mul, Symbol, preorder_traversal
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import (
    Claim,
    Components,
    Context,
    Density,
    Det,
    Dot,
    Entry,
    Expectation,
    Identity,
    IndexSum,
    Indicator,
    Integral,
    Inverted,
    Known,
    Ordered,
    Relation,
    Trace,
    Transposed,
    context,
    is_variable,
    may_overlap,
    replace_free,
)
from symelbo.language.functionals import Gradient
from symelbo.language.mixtures import mixtures
from symelbo.language.shapes import dimension_name, kinds_of, with_shapes
from symelbo.language.walks import found_in
from symelbo.semantics.arithmetic.balls import working_precision
from symelbo.semantics.explicit.densities import TERMS, Evaluator, Point, Undefined, Value
from symelbo.semantics.explicit.derivatives import derived_by, differentiated, meanings, with_parameters
from symelbo.semantics.explicit.means import MEANS
from symelbo.semantics.explicit.partials import ahead_of_maps, carried_out, refuse_unclear
from symelbo.semantics.explicit.scales import variances
from symelbo.semantics.explicit.stand_ins import stand_ins
from symelbo.semantics.explicit.unrolled import domains_of, free_names, looked_at, shares_of, size_names, unroll
from symelbo.semantics.explicit.wholes import torn
from symelbo.semantics.maps.concrete import with_concrete_maps
from symelbo.semantics.witness import Agreement, Witness

__all__ = ["agrees", "concerns", "find_witness", "value_at"]

_BITS = 90
_APART = arb(2) ** -30
_COMPARED = {Relation.PROPORTIONAL: "ratio of the sides", Relation.EQUAL_UP_TO_CONSTANT: "difference of the sides"}
_EXPLICIT = (Known, Components, Identity, Indicator, Dot, Trace, Det, Ordered)


def concerns(claim: Claim, assumed: Context) -> bool:
    """Whether a claim is about explicit densities, so that it is tested here and not on finite tables."""
    sides = assumed.expand(claim.lhs), assumed.expand(claim.rhs)
    if any(side.has(*_EXPLICIT) for side in sides):
        return True
    # Numbers in a document about explicit densities: its context cannot be put on a finite model.
    return not any(side.has(Density) for side in sides) and any(d.value.has(Known) for d in assumed.definitions)


def find_witness(claim: Claim, assumed: Context | None = None, *, seed: int = 0, draws: int = 6) -> Witness | None:
    """A point at which the claim certainly fails; None when none was found.

    Raises `NotSupported` when the claim has no evaluation here.

    >>> from sympy import log, symbols
    >>> from symelbo.language import KL, known
    >>> m, s = symbols("m s", positive=True)
    >>> kl = KL(known("Normal", None, m, s**2), known("Normal", None, 0, 1))
    >>> find_witness(Claim(kl, Relation.EQUAL, (m**2 + s**2 - 1) / 2 - log(s))) is None
    True
    >>> find_witness(Claim(kl, Relation.EQUAL, (m**2 + s**2 - 1 - log(s)) / 2)).relation
    '='
    """
    for _, found in _outcomes(claim, assumed or context(), seed, draws):
        if found is not None:
            return found
    return None


def agrees(claim: Claim, assumed: Context | None = None, *, draws: int = 2, seed: int = 0) -> Agreement:
    """Evaluate a claim at random points until so many have counted. Raises `NotSupported` as `find_witness` does."""
    counted = 0
    for counts, found in _outcomes(claim, assumed or context(), seed, 8 * draws):
        if found is not None:
            return Agreement(counted, found)
        counted += counts
        if counted >= draws:
            break
    return Agreement(counted)


def value_at(term: Expr, values: dict[Expr, Any], digits: int = 15, assumed: Context | None = None) -> arb:
    """The value of a term with explicit densities at given values of its free names, as a ball.

    Raises `NotSupported` when a name has no value or the term no evaluation, or when it is undefined there.

    >>> from sympy import symbols
    >>> from symelbo.language import E, known
    >>> z, m = symbols("z m", real=True)
    >>> value_at(E(z**2, known("Normal", z, m, 1)), {m: Fraction(1, 2)}).contains(arb("1.25"))
    True
    """
    opened = unroll((assumed or context()).expand(term), {}, 1)
    evaluator = Evaluator(kinds_of([opened]), 1, {}, TERMS + MEANS)
    point: Point = {name: acb(fmpq(*Fraction(value).as_integer_ratio())) for name, value in values.items()}
    with working_precision(max(_BITS, int(digits * 3.4) + 30)):
        try:
            return _real(evaluator.compile(opened)(point, False))
        except (Undefined, ZeroDivisionError):
            raise NotSupported(f"{term} has no value at this point") from None


def _outcomes(claim: Claim, assumed: Context, seed: int, draws: int) -> Iterator[tuple[bool, Witness | None]]:
    """For each draw: whether it counted, and the witness if the claim fails there."""
    random = Random(seed)
    reason: NotSupported | None = None
    counted = False
    for number in range(draws):
        for dimension in (2, 1):
            try:
                trial = _Trial(claim, assumed, random, dimension, number)
                found = trial.run()
            except NotSupported as limit:
                reason = limit
                continue
            except (ValueError, TypeError) as shape:
                # FLINT refuses matrices whose shapes do not fit; the reading of the names was wrong then.
                reason = NotSupported(f"the parts of the claim do not fit together as vectors and matrices: {shape}")
                continue
            except (Undefined, ZeroDivisionError):
                yield False, None
                break
            counted = True
            yield True, found
            break
        else:
            if reason is not None and not counted and number == 2:
                raise reason
    if reason is not None and not counted:
        raise reason


class _Trial:
    """One random point for a claim."""

    def __init__(self, claim: Claim, assumed: Context, random: Random, dimension: int, number: int) -> None:
        self.claim, self.random, self.dimension = claim, random, dimension
        for item in assumed.attained:
            if any(item.variable in side.free_symbols for side in (claim.lhs, claim.rhs)):
                raise NotSupported(f"where the objective behind {item.variable} is best is not known at a point")
        for mixture in mixtures(assumed):
            if any(d.family == mixture.family for side in (claim.lhs, claim.rhs) for d in found_in(side, Density)):
                raise NotSupported(f"the densities of {mixture.family} follow from its components")
        early = ahead_of_maps((claim.lhs, claim.rhs), assumed, dimension)
        mapped = None if early is not None else with_concrete_maps((claim.lhs, claim.rhs), assumed, random, dimension)
        written, assumed = mapped if mapped is not None else (early or [claim.lhs, claim.rhs], assumed)
        sides = [assumed.expand(side) for side in written]
        assumed = _concerned(sides, assumed)
        signs = [
            side for sign in assumed.signs for side in (assumed.expand(sign.claim.lhs), assumed.expand(sign.claim.rhs))
        ]
        _refuse_pushforwards(sides, assumed)
        solved = _solved(assumed)
        wanted = derived_by(sides)
        sides, signs = (with_parameters(terms, wanted) for terms in (sides, signs))
        if mapped is not None and wanted:
            # densities at points that move are put in first, so that their derivatives are known
            sides, _ = stand_ins(sides, assumed, random, kinds_of(sides), 1)
        refuse_unclear(sides, assumed)
        late = any(
            node.has(Density) for side in sides for node in found_in(side, Gradient)
        )  # their laws are put in first
        if wanted and any(side.has(Density) for side in sides) and any(side.has(Integral) for side in sides):
            raise NotSupported("integrals of derivatives beside abstract densities are not evaluated by quadrature")
        if late and wanted & {s for name, value in solved.items() for s in (name, *value.free_symbols)}:
            raise NotSupported("a derivative of an abstract density is by a name that the context ties to others")
        if wanted and not late:
            sides = carried_out(sides, assumed, dimension)
        sides, signs = [replace_free(t, solved) for t in sides], [replace_free(t, solved) for t in signs]
        sides = with_shapes(sides)
        counts, others, vectors = size_names(sides)
        # Vectors of components have two entries where a law of two is all that can be integrated.
        narrow = vectors or any(
            isinstance(n, Known) and n.name == "Dirichlet" for t in sides for n in preorder_traversal(t)
        )
        same = Integer(dimension if vectors else 2 if narrow else random.choice((2, 3)))
        self.sizes: dict[Expr, Expr] = dict.fromkeys(counts, same)
        others |= size_names(signs)[1] - counts
        self.sizes |= _apart(others, random) if not narrow or vectors else dict.fromkeys(others, same)
        # Equations of the context may be about an index that both sides have lost.
        self.sizes |= {name: Integer(random.choice((2, 3))) for name in _indices(signs) if name not in self.sizes}
        # An index that is free lies inside the ranges of the claim.
        ends = {s for t in (*sides, *signs) for node in found_in(t, IndexSum) for s in node.upper.free_symbols}
        shortest = min((self.sizes[name] for name in ends & others), default=Integer(3))
        self.sizes |= {name: min(self.sizes[name], shortest) for name in others - ends}
        self.dimension = int(same)
        counted = dimension_name(sides)
        if counted is not None:
            self.sizes[counted] = Integer(self.dimension)
        sized = [unroll(term, self.sizes, self.dimension) for term in sides]
        sides, needed = stand_ins(sides, assumed, random, kinds_of(sized), self.dimension, self.sizes)
        if late:
            sides = differentiated([unroll(side, self.sizes, self.dimension) for side in sides])
        here = {replace_free(name, self.sizes): replace_free(value, self.sizes) for name, value in solved.items()}
        needed += [(Integer(0), Relation.LESS, variance) for variance in variances(sides)]
        terms = [*sides, *signs, *(side for left, _, right in needed for side in (left, right))]
        terms = [unroll(replace_free(term, here), self.sizes, self.dimension) for term in terms]
        self.sides, self.signs = terms[:2], terms[2:]
        self.relations = [sign.claim.relation for sign in assumed.signs] + [relation for _, relation, _ in needed]
        self.kinds = kinds_of(self.sides)
        self.general = _without_symmetry(self.sides)
        if any(str(symbol) == "I" for side in self.sides for symbol in side.free_symbols):
            raise NotSupported("I looks like an identity matrix, but not where one can stand")
        if wanted & (self.kinds.vectors | self.kinds.matrices) and self.dimension > 1:
            raise NotSupported("derivatives by vectors are evaluated in one dimension only")
        self._refuse_other_instances(assumed)
        if _depth(self.sides) > 1:
            number = 0  # means of means are taken of polynomials only, for which they are exact and cheap
        functions = {f.func for side in terms for f in found_in(side, AppliedUndef)}
        drawn = meanings(functions, lambda function: self._function(function, number))
        self.evaluator = Evaluator(self.kinds, self.dimension, drawn, TERMS + MEANS)
        self.evaluator.applied = 2 if number % 3 == 0 else None
        self.scales, self.simplexes = domains_of(terms)
        self.looked_at = looked_at(terms)
        self.simplexes += shares_of(zip(self.relations, _pairs(self.signs), strict=True))
        if self.dimension == 1:
            self._flatten(terms)

    def _refuse_other_instances(self, assumed: Context) -> None:
        """An equation for every index holds at all of them; only one that is used at its own index is met here."""
        for sign in assumed.signs:
            name = sign.claim.lhs
            if sign.claim.relation is not Relation.EQUAL or not isinstance(name, Entry):
                continue
            if all(index.is_number for index in name.indices):
                continue
            terms = (*self.sides, *self.signs)
            used = {entry for side in terms for entry in found_in(side, Entry) if entry.base == name.base}
            if len(used - {replace_free(name, self.sizes)}) > 1:
                raise NotSupported(f"{name} is determined by the context for every index")

    def _flatten(self, terms: Iterable[Expr]) -> None:
        """In one dimension vectors and matrices are numbers, and covariances positive ones."""
        entries = {node.base for term in terms for node in found_in(term, Entry)}
        if entries & self.kinds.vectors:
            raise NotSupported("a vector is used both whole and by its entries")
        self.scales |= self.kinds.matrices
        self.kinds.vectors.clear()
        self.kinds.matrices.clear()

    # Drawing a point.

    def _function(self, function: Any, number: int) -> Callable[..., Value]:
        """A smooth function with random coefficients; vectors go through their entries."""
        shape, random, vectors = number % 3, self.random, self.kinds.vectors
        first, second, third = (acb(fmpq(random.randint(-7, 7) or 1, 6)) for _ in range(3))
        weights = [acb(fmpq(random.randint(1, 7), 4)) for _ in range(6)]

        def of_number(argument: acb) -> acb:
            if shape == 1:
                return 1 / (1 + (-(first + second * argument)).exp())
            if shape == 2:
                return (second * argument / 3).exp() + first**2
            return first + second * argument + third * argument**2

        def run(*arguments: Value) -> Value:
            inner, whole, vector = acb(0), None, function in vectors  # in one dimension nothing is a vector
            for weight, argument in zip(weights, arguments, strict=False):
                if isinstance(argument, acb_mat) and vector:
                    whole = weight * argument if whole is None else whole + weight * argument
                elif isinstance(argument, acb_mat):
                    inner += weight * sum((argument[k, 0] * (k + 1) for k in range(argument.nrows())), acb(0))
                else:
                    inner += weight * argument
            if not vector:
                return of_number(inner)
            size = self.dimension
            entries = [whole[k, 0] if whole is not None else acb(0) for k in range(size)]
            return acb_mat([[of_number(entry + inner + k * first)] for k, entry in enumerate(entries)])

        return run

    def _number(self, positive: bool) -> acb:
        value = fmpq(self.random.randint(2, 22), self.random.choice((5, 7, 8, 11)))
        return acb(value if positive or self.random.random() < 0.6 else -value)

    def _unit(self) -> acb:
        return acb(fmpq(self.random.randint(1, 11), 12))

    def _draw(self, names: Iterable[Expr], small: bool) -> Point:
        point: Point = {}
        for name in sorted(names, key=lambda item: item.sort_key()):
            if name in point:
                continue
            simplex = next((group for group in self.simplexes if name in group), None)
            if simplex is not None:
                shares = [self.random.randint(1, 9) for _ in simplex]
                point.update(
                    {entry: acb(fmpq(share, sum(shares))) for entry, share in zip(simplex, shares, strict=True)}
                )
            elif name in self.kinds.vectors:
                point[name] = acb_mat([[self._number(False)] for _ in range(self.dimension)])
            elif name in self.kinds.matrices:
                point[name] = self._map() if name in self.general else self._spread()
            elif name in self.looked_at:
                point[name] = self._where_a_law_lives(self.looked_at[name])
            elif name.is_integer:
                point[name] = acb(self.random.randint(1, 3))
            elif small:
                point[name] = self._unit()
            else:
                point[name] = self._number(bool(name.is_positive) or name in self.scales)
        return point

    def _where_a_law_lives(self, law: str) -> acb:
        """A value at which a law of this name has a density, whatever its parameters are."""
        if law == "Bernoulli":
            return acb(self.random.randint(0, 1))
        if law in ("Poisson", "Geometric"):
            return acb(self.random.randint(1, 4))
        return self._unit() if law == "Beta" else self._number(True)

    def _map(self) -> acb_mat:
        """A random matrix without symmetry."""
        size = self.dimension
        return acb_mat([[self._number(False) + (1 if i == j else 0) for j in range(size)] for i in range(size)])

    def _spread(self) -> acb_mat:
        """A random symmetric positive definite matrix."""
        size = self.dimension
        root = acb_mat([[self._number(False) if j <= i else acb(0) for j in range(size)] for i in range(size)])
        one = acb_mat([[acb(fmpq(1, 3)) if i == j else acb(0) for j in range(size)] for i in range(size)])
        return root * root.transpose() + one

    # Evaluating.

    def run(self) -> Witness | None:
        """The witness at one point, or None where the claim holds. Raises `Undefined` when no point was admissible."""
        names = free_names((*self.sides, *self.signs), self.kinds)
        if (whole := torn(self.sides)) is not None:
            raise NotSupported(f"{whole} is used as a whole and entry by entry")
        with working_precision(_BITS):
            runs = self.evaluator.all(self.sides)
            written = zip(self.relations, _pairs(self.signs), strict=True)
            asked = [(sign, pair) for sign, pair in written if sign is not Relation.EQUAL or pair[0] != pair[1]]
            compiled = _pairs(self.evaluator.all([side for _, pair in asked for side in pair]))
            conditions = [(relation, pair) for (relation, _), pair in zip(asked, compiled, strict=True)]
            for attempt in range(24):
                point = self._draw(names, small=attempt % 2 == 1)
                try:
                    if not all(
                        _holds(relation, left(point, False), right(point, False))
                        for relation, (left, right) in conditions
                    ):
                        continue
                    values = _numbers([run(point, False) for run in runs], self.claim.relation)
                except (Undefined, ZeroDivisionError, OverflowError):
                    continue
                if not all(value.is_finite() for value in values):
                    continue
                if self.claim.relation in _COMPARED:
                    return self._compared(point, values, runs)
                return self._judged(point, values)
        raise Undefined("no admissible point was found")

    def _judged(self, point: Point, values: list[arb]) -> Witness | None:
        left, right = values
        apart = abs(left - right)
        if not apart > _APART * (1 + abs(left) + abs(right)):
            strict = self.claim.relation in (Relation.LESS, Relation.GREATER)
            if strict or self.claim.relation is Relation.EQUAL:
                return None
        failed = {
            Relation.EQUAL: True,
            Relation.LESS: left > right,
            Relation.LESS_EQUAL: left > right,
            Relation.GREATER: left < right,
            Relation.GREATER_EQUAL: left < right,
        }[self.claim.relation]
        if not failed or not apart > _APART * (1 + abs(left) + abs(right)):
            return None
        return Witness(
            (), self._shown(point), self.claim.relation.value, _text(left), _text(right), _text(apart.lower())
        )

    def _compared(self, point: Point, values: list[arb], runs: list[Any]) -> Witness | None:
        """A ratio or difference that should be constant, at a second value of the named variables."""
        wrt = [replace_free(name, self.sizes) for name in self.claim.wrt]
        moved = {name for name in point if any(may_overlap(w, name) for w in wrt)}
        if not moved:
            raise NotSupported("it is not clear with respect to what the sides differ by a constant")
        other = {**point, **self._draw(moved, small=False)}
        try:
            second = [_real(run(other, False)) for run in runs]
        except (Undefined, ZeroDivisionError):
            return None
        if self.claim.relation is Relation.PROPORTIONAL:
            first_value, second_value = values[0] / values[1], second[0] / second[1]
        else:
            first_value, second_value = values[0] - values[1], second[0] - second[1]
        apart = abs(first_value - second_value)
        size = 1 + abs(values[0]) + abs(values[1]) + abs(second[0]) + abs(second[1])
        if self.claim.relation is Relation.PROPORTIONAL:
            size = abs(first_value) + abs(second_value)
        if not apart > _APART * size:
            return None
        shown, sign = (_text(first_value), _text(second_value)), self.claim.relation.value
        return Witness((), self._shown(point), sign, *shown, _text(apart.lower()), self._shown(other, moved))

    def _shown(self, point: Point, only: set[Expr] | None = None) -> tuple[tuple[str, str], ...]:
        sizes = [] if only is not None else [(str(name), str(size)) for name, size in self.sizes.items()]
        values = [(str(name), _plain(value)) for name, value in point.items() if only is None or name in only]
        return (*sizes, *values)


def _apart(names: Iterable[Expr], random: Random) -> dict[Expr, Expr]:
    """Small numbers for indices and sizes, different ones for two: `s` and `t` are two times."""
    pool = random.sample((2, 3), 2)
    listed = sorted(names, key=str)
    return {name: Integer(pool[k] if k < 2 else random.choice((2, 3))) for k, name in enumerate(listed)}


def _depth(terms: Iterable[Any]) -> int:
    """How many means stand inside each other."""
    return max((isinstance(term, Expectation | Integral) + _depth(term.args) for term in terms), default=0)


def _indices(terms: Iterable[Expr]) -> list[Expr]:
    """Names that stand in indices of entries, in a fixed order."""
    entries = {entry for term in terms for entry in found_in(term, Entry)}
    return sorted({name for entry in entries for index in entry.indices for name in index.free_symbols}, key=str)


def _concerned(sides: Sequence[Expr], assumed: Context) -> Context:
    """The context without relations that have no name in common with the claim, directly or through others."""
    known = set().union(*(_names(side) for side in sides))
    open_signs = {sign: _names(sign.claim.lhs) | _names(sign.claim.rhs) for sign in assumed.signs}
    while True:
        near = [sign for sign, names in open_signs.items() if names & known or not names]
        if not near:
            break
        for sign in near:
            known |= open_signs.pop(sign)
    if not open_signs:
        return assumed
    return replace(assumed, assumptions=tuple(item for item in assumed.assumptions if item not in open_signs))


def _names(term: Expr) -> set[str]:
    """Every name in a term, without indices."""
    return {
        node.func.__name__ if isinstance(node, AppliedUndef) else str(node)
        for node in preorder_traversal(term)
        if isinstance(node, AppliedUndef | Symbol)
    }


def _solved(assumed: Context) -> dict[Expr, Expr]:
    """Names that an equation of the context determines."""
    found: dict[Expr, Expr] = {}
    for sign in assumed.signs:
        name, value = sign.claim.lhs, replace_free(assumed.expand(sign.claim.rhs), found)
        if sign.claim.relation is Relation.EQUAL and is_variable(name) and name not in value.free_symbols:
            found[name] = value
    return found


def _refuse_pushforwards(sides: Iterable[Expr], assumed: Context) -> None:
    """Abstract densities of variables that the context makes functions of others are no densities at will.

    An equation for every index, such as `z_k = f(z_{k-1})`, is refused with them, since it ties variables together.
    """
    slots = {slot for side in sides for d in found_in(side, Density) for slot in d.of_slots}
    bases = {slot.base if isinstance(slot, Entry) else slot for slot in slots}
    named = [item.name for item in assumed.definitions if is_variable(item.name)]
    named += [sign.claim.lhs for sign in assumed.signs if sign.claim.relation is Relation.EQUAL]
    for name in named:
        alone = isinstance(name, Entry) and all(index.is_number for index in name.indices)  # x_0, and no other x
        if name in slots if alone else (name.base if isinstance(name, Entry) else name) in bases:
            raise NotSupported(f"the context determines {name}, so its density follows from others")


def _without_symmetry(terms: Iterable[Expr]) -> set[Expr]:
    """Names of matrices that are transposed somewhere and are no covariance: nothing says that they are symmetric."""
    listed = list(terms)
    turned = {node.args[0] for term in listed for node in found_in(term, Transposed)}
    spreads = {
        law.parameters[1] for term in listed for law in found_in(term, Known) if law.name == "MultivariateNormal"
    }
    inverted = {node.args[0] for term in listed for node in found_in(term, Inverted)}
    parts = {factor for spread in spreads for part in Add.make_args(spread) for factor in Mul.make_args(part)}
    return {name for name in turned if is_variable(name)} - parts - inverted


def _pairs(items: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(items[::2], items[1::2], strict=True))


def _numbers(values: list[Value], relation: Relation) -> list[arb]:
    """The two sides as numbers; of two equal or unequal vectors, the entries that are furthest apart."""
    left, right = values
    if relation is Relation.EQUAL and isinstance(left, acb_mat) and isinstance(right, acb_mat):
        if (left.nrows(), left.ncols()) != (right.nrows(), 1):
            raise NotSupported("the sides of the claim are vectors of different lengths")
        pairs = [[_real(left[k, 0]), _real(right[k, 0])] for k in range(left.nrows())]
        return max(pairs, key=lambda pair: float(abs(pair[0] - pair[1]).mid()))
    return [_real(value) for value in values]


def _real(value: Value) -> arb:
    if isinstance(value, acb_mat):
        raise NotSupported("the sides of the claim are vectors; compare them entry by entry")
    if not value.imag.contains(arb(0)):
        raise Undefined("a side is not a real number")
    number: arb = value.real
    return number


def _holds(relation: Relation, left: Value, right: Value) -> bool:
    low, high = _real(left), _real(right)
    match relation:
        case Relation.LESS:
            return bool(low < high)
        case Relation.LESS_EQUAL:
            return bool(low <= high)
        case Relation.GREATER:
            return bool(low > high)
        case Relation.GREATER_EQUAL:
            return bool(low >= high)
        case Relation.EQUAL:
            return bool(low.overlaps(high)) and bool((low - high).rad() < 1e-9)
    return False


def _plain(value: Value) -> str:
    if isinstance(value, acb_mat):
        rows = [[_plain(entry) for entry in row] for row in value.tolist()]
        return "[" + ", ".join(row[0] if len(row) == 1 else "[" + ", ".join(row) + "]" for row in rows) + "]"
    return _text(value.real)


def _text(value: arb) -> str:
    return str(value.str(10, radius=False))
