"""Random well-formed expressions, random rewrites that keep their value, and random slips that seldom do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from soundness.vocabulary import p, q, r
from sympy import Add, Basic, Expr, Integer, Mul, Pow, Rational, log

from symelbo import KL, Context, E, H, Integral, variables
from symelbo.language import CrossEntropy, Density, Entropy, Expectation, Factorisation, replace_free

NAMES = variables("x z s t")
FRESH = variables("v w")
_FAMILIES = (p, q, p, q, r)

Path = tuple[int, ...]


def density(random: Random, of: tuple[Any, ...] = ()) -> Density:
    """A conditional of up to four variables."""
    names = [name for name in NAMES if name not in of]
    random.shuffle(names)
    of = of or tuple(names.pop() for _ in range(random.choice((1, 1, 2))))
    given = [names.pop() for _ in range(random.choice((0, 1, 1, 2))) if names]
    return Density(random.choice(_FAMILIES), of, given)


def structure(random: Random) -> Context:
    """A random directed graph for each of two families, as a factorisation of its joint density."""
    made = []
    for family in random.sample((p, q), random.choice((1, 2))):
        order = random.sample(NAMES, 4)
        factors = [
            Density(family, [name], [other for other in order[:k] if random.random() < 0.45])
            for k, name in enumerate(order)
        ]
        made.append(Factorisation(Density(family, order), tuple(factors)))
    return Context(tuple(made))


def expression(random: Random, depth: int = 2) -> Expr:
    """A sum of one to three terms."""
    terms = [term(random, depth) for _ in range(random.choice((1, 1, 2, 3)))]
    return Add(*(random.choice((1, 1, -1, 2, Rational(1, 2))) * part for part in terms))


def term(random: Random, depth: int) -> Expr:
    """A logarithm, or an operator applied to smaller expressions."""
    kind = random.choice(
        ("log", "log", "ratio", "KL", "H", "cross", "E", "E", "integral", "log of E") if depth else ("log", "ratio")
    )
    law = density(random)
    other = Density(random.choice(_FAMILIES), law.of, [name for name in law.given if random.random() < 0.7])
    match kind:
        case "log":
            return log(law)
        case "ratio":
            return log(density(random) / density(random))
        case "KL":
            return KL(law, other)
        case "H":
            return H(law)
        case "cross":
            return H(law, other)
        case "E":
            return E(expression(random, depth - 1), law)
        case "integral":
            return Integral(law * expression(random, depth - 1), *law.of)
        case _:
            return log(E(density(random) / other, law))


def nodes(expr: Any, path: Path = ()) -> Iterator[tuple[Path, Basic]]:
    """Every node that a rewrite may look at, with its place; names and lists of names are left out."""
    if isinstance(expr, Expr) and not expr.is_Symbol and not expr.is_number:
        yield path, expr
        if not isinstance(expr, Density):
            for place, part in enumerate(expr.args):
                yield from nodes(part, (*path, place))


def put(expr: Any, path: Path, new: Any) -> Any:
    """The expression with another node at a place."""
    if not path:
        return new
    parts = list(expr.args)
    parts[path[0]] = put(parts[path[0]], path[1:], new)
    return expr.func(*parts)


# Rewrites: each takes a node and gives one of the same value, or None where it does not apply.


def quotient(node: Any, random: Random) -> Expr | None:
    """`p(A | B) = p(A, B) / p(B)`."""
    return Density(node.family, node.of + node.given) / Density(node.family, node.given) if node.given else None


def chain(node: Any, random: Random) -> Expr | None:
    """`p(a, A | B) = p(a | A, B) p(A | B)`."""
    if len(node.of) < 2:
        return None
    first, *rest = random.sample(node.of, len(node.of))
    return Density(node.family, [first], [*rest, *node.given]) * Density(node.family, rest, node.given)


def bayes(node: Any, random: Random) -> Expr | None:
    """`p(A | b, B) = p(b | A, B) p(A | B) / p(b | B)`."""
    if not node.given:
        return None
    turned = random.choice(node.given)
    rest = [item for item in node.given if item != turned]
    family = node.family
    return (
        Density(family, [turned], [*node.of, *rest]) * Density(family, node.of, rest) / Density(family, [turned], rest)
    )


def marginalise(node: Any, random: Random) -> Expr | None:
    """`p(A | B) = ∫ p(A, c | B) dc`, the new name sometimes another one for the same variable."""
    free = [name for name in NAMES if name not in (*node.of_slots, *node.given_slots)]
    if not free:
        return None
    name = random.choice(free)
    if name in node.free_symbols:
        return None
    inside = random.choice((name, *(fresh for fresh in FRESH[:1] if fresh not in node.free_symbols)))
    return Integral(Density(node.family, (*node.of, name.at(inside)), node.given), inside)


def open_divergence(node: Any, random: Random) -> Expr | None:
    """`KL(w ‖ r) = E_w[log w - log r]`."""
    return Expectation(log(node.left) - log(node.right), node.left, node.bound)


def open_entropy(node: Any, random: Random) -> Expr | None:
    """`H(w) = -E_w[log w]`."""
    return -Expectation(log(node.law), node.law, node.bound)


def open_cross(node: Any, random: Random) -> Expr | None:
    """`H(w, r) = KL(w ‖ r) + H(w)`."""
    return KL(node.left, node.right, node.bound) + Entropy(node.left, node.bound)


def as_integral(node: Any, random: Random) -> Expr | None:
    """`E_w[f] = ∫ w f`."""
    return Integral(node.law * node.body, *node.bound)


def linear(node: Any, random: Random) -> Expr | None:
    """`E_w[f + g] = E_w[f] + E_w[g]`."""
    if not node.body.is_Add:
        return None
    return Add(*(Expectation(part, node.law, node.bound) for part in node.body.args))


def tower(node: Any, random: Random) -> Expr | None:
    """`E_{w(a, A | B)}[f] = E_{w(A | B)}[E_{w(a | A, B)}[f]]`."""
    law = node.law
    if not isinstance(law, Density) or len(law.of) < 2 or node.bound != law.of:
        return None
    first, *rest = random.sample(law.of, len(law.of))
    if {first, *rest} & set().union(*(item.free_symbols for item in law.given), set()):
        return None
    return E(E(node.body, Density(law.family, [first], [*rest, *law.given])), Density(law.family, rest, law.given))


def widen(node: Any, random: Random) -> Expr | None:
    """`E_{w(A | B)}[f] = E_{w(A, c | B)}[f]` for `c` that `f` does not know."""
    law = node.law
    if not isinstance(law, Density) or node.bound != law.of:
        return None
    free = [
        name for name in NAMES if name not in (*law.of_slots, *law.given_slots) and name not in node.body.free_symbols
    ]
    free = [name for name in free if name not in law.free_symbols]
    return E(node.body, Density(law.family, (*law.of, random.choice(free)), law.given)) if free else None


def rename(node: Any, random: Random) -> Expr | None:
    """Another name for a bound variable."""
    old = random.choice(node.bound)
    new = FRESH[1]
    return (
        None
        if new in node.atoms()
        else node.func(*(replace_free(part, {old: new}) if isinstance(part, Basic) else part for part in node.args))
    )


def times_one(node: Any, random: Random) -> Expr | None:
    """`f = f ∫ w`."""
    law = density(random)
    return node * Integral(law, *law.of)


def plus_zero(node: Any, random: Random) -> Expr | None:
    """`f = f + log p(A | B) + log p(B) - log p(A, B)`."""
    law = density(random)
    if not law.given:
        return None
    return node + log(law) + log(Density(law.family, law.given)) - log(Density(law.family, law.of + law.given))


def averaged(node: Any, random: Random) -> Expr | None:
    """`f = E_w[f]` for a law of something that `f` does not know."""
    free = [name for name in NAMES if name not in node.free_symbols]
    return E(node, density(random, (random.choice(free),))) if free else None


def weighted(node: Any, random: Random) -> Expr | None:
    """`E_w[f] = E_v[f w / v]`."""
    law = node.law
    if not isinstance(law, Density) or node.bound != law.of:
        return None
    other = density(random, law.of)
    return E(node.body * law / other, other)


Rewrite = Callable[[Any, Random], "Expr | None"]
_REWRITES: dict[type, tuple[Rewrite, ...]] = {
    Density: (quotient, chain, bayes, bayes, marginalise),
    KL: (open_divergence, open_divergence, rename, times_one),
    Entropy: (open_entropy, rename, averaged),
    CrossEntropy: (open_cross, rename),
    Expectation: (as_integral, linear, tower, widen, rename, weighted),
    Integral: (rename, averaged),
    log: (plus_zero, averaged, times_one),
    Add: (plus_zero, averaged),
}


def rewritten(expr: Expr, random: Random, steps: int) -> Expr:
    """The expression after random rewrites that keep its value."""
    for _ in range(steps):
        path, node = random.choice(list(nodes(expr)) or [((), expr)])
        rules = next((rules for kind, rules in _REWRITES.items() if isinstance(node, kind)), ())
        if rules:
            new = random.choice(rules)(node, random)
            if new is not None:
                expr = put(expr, path, new)
    return expr


# Slips: they change a meaning most of the time, never the form.


def slip(expr: Expr, random: Random) -> Expr:
    """The expression with one place changed: a family, a condition, an order, a sign or a factor."""
    path, node = random.choice(list(nodes(expr)) or [((), expr)])
    return put(expr, path, _slipped(node, random))


def _slipped(node: Any, random: Random) -> Any:
    match node:
        case Density() if node.given and random.random() < 0.5:
            return Density(node.family, node.of, node.given[1:])
        case Density():
            return Density(p if node.family == q else q, node.of, node.given)
        case KL() if random.random() < 0.6:
            return KL(node.right, node.left, node.bound)
        case Pow() | Mul():
            return node
        case _:
            return random.choice((-node, 2 * node, node + 1, node - Integer(1) / 2))
