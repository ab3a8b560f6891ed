"""Claims with known truth, each true one beside a false twin: what the concrete models are tested on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Function, Rational, Symbol, log, symbols

from symelbo.language import (
    KL,
    Claim,
    Context,
    CrossEntropy,
    Definition,
    E,
    Entry,
    Expectation,
    Family,
    H,
    Independence,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    Relation,
    Sign,
    family,
    variables,
)

EQ, LE, GE, LT, GT = (
    Relation.EQUAL,
    Relation.LESS_EQUAL,
    Relation.GREATER_EQUAL,
    Relation.LESS,
    Relation.GREATER,
)
PROP, CONST = Relation.PROPORTIONAL, Relation.EQUAL_UP_TO_CONSTANT


@dataclass(frozen=True)
class Case:
    """A claim in a context, with its truth."""

    name: str
    truth: bool
    lhs: Any
    relation: Relation
    rhs: Any
    context: Context = field(default_factory=Context)
    wrt: tuple[Any, ...] = ()

    @property
    def claim(self) -> Claim:
        return Claim(self.lhs, self.relation, self.rhs, self.wrt)


def product(joint: Expr, value: Expr) -> Definition:
    """An assumption as a document states it: the joint density on the left, anything on the right."""
    return Definition(joint, value)


def given(*assumptions: Any) -> Context:
    return Context(tuple(assumptions))


x, y, z, z1, z2, s, c = variables("x y z z_1 z_2 s c")
p, q, pD = family("p"), family("q"), family("p_D")
theta, phi, old = variables("theta phi theta_old")
P, Q, P_old = family("p", theta), family("q", phi), family("p", old)
t, u, T, K, k, M, i, j = symbols("t u T K k M i j", integer=True, positive=True)
beta, a, b = Symbol("beta", real=True), *symbols("a b", positive=True)
f = Function("f", real=True)
elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
gap = KL(q(z | x), p(z | x))
reconstruction, divergence = E(log(p(x | z)), q(z | x)), KL(q(z | x), p(z))
chain = E(log(p(x[0:T])) - log(q(x[1:T] | x[0])), q(x[1:T] | x[0]))


def steps(first: Any) -> Expr:
    inner = KL(q(x[t - 1] | x[t], x[0]), p(x[t - 1] | x[t]))
    return IndexSum(E(inner, q(x[t] | x[0])), t, first, T)


def sign(name: Any, relation: Relation, value: int) -> Context:
    return given(Sign(Claim(name, relation, Rational(value))))


parametric, fitted = E(log(P(x, z)) - log(Q(z | x)), Q(z | x)), E(log(P(x, z)), Q(z | x))
hierarchy = given(product(p(x, z1, z2), p(z2) * p(z1 | z2) * p(x | z1)))
markov = given(
    product(q(x[1:T] | x[0]), IndexProduct(q(x[t] | x[t - 1]), t, 1, T)),
    product(p(x[0:T]), p(x[T]) * IndexProduct(p(x[t - 1] | x[t]), t, 1, T)),
)
encoder = given(product(q(x, z), pD(x) * q(z | x)))
mixture = given(Definition(q(z), Integral(pD(x) * q(z | x), x)))
forgetful = given(Independence(p, (x,), (y,), (z,)))
tight = given(Definition(q(z | x), p(z | x)))
prior = given(product(P(x, z), p(z) * P(x | z)))


def factor(index: Any) -> Expr:
    return Family("q", (), (index,))(z[index])


mean_field = given(product(q(z[1:M]), IndexProduct(factor(i), i, 1, M)))
weight = Entry(Symbol("w"), k)
ratio = p(x, z.at(z[k])) / q(z.at(z[k]) | x)
draws = IndexProduct(q(z.at(z[k]) | x), k, 1, K)
weights = given(Definition(weight, ratio, (k,)))
copies = given(Definition(weight, ratio, (k,)), product(q(z[1:K] | x), draws))
plain_copies = given(product(q(z[1:K] | x), IndexProduct(q(z[k] | x), k, 1, K)))
mean_weight = log(IndexSum(weight, k, 1, K) / K)
many = Expectation(mean_weight, draws, [z[1:K]])
alpha, alpha_bar = Symbol("alpha", positive=True), Symbol("alpha_bar", positive=True)
schedule = given(
    Definition(Entry(alpha_bar, t), IndexProduct(Entry(alpha, u), u, 1, t), (t,)),
    Sign(Claim(Entry(alpha, t), LT, Rational(1))),
)
recursion = given(
    Definition(Entry(alpha_bar, t), Entry(alpha, t) * Entry(alpha_bar, t - 1), (t,)),
    Sign(Claim(Entry(alpha, t), LT, Rational(1))),
)
bound = Symbol("L")
named = given(Definition(bound, elbo))

CASES = (
    Case("gap", True, log(p(x)), EQ, elbo + gap),
    Case("gap, arguments swapped", False, log(p(x)), EQ, elbo + KL(p(z | x), q(z | x))),
    Case("gap, wrong sign", False, log(p(x)), EQ, elbo - gap),
    Case("split", True, elbo, EQ, reconstruction - divergence),
    Case("split, + KL", False, elbo, EQ, reconstruction + divergence),
    Case("split, posterior instead of prior", False, elbo, EQ, reconstruction - gap),
    Case("entropy form", True, elbo, EQ, E(log(p(x, z)), q(z | x)) + H(q(z | x))),
    Case("entropy missing", False, elbo, EQ, E(log(p(x, z)), q(z | x))),
    Case("entropy sign", False, elbo, EQ, E(log(p(x, z)), q(z | x)) - H(q(z | x))),
    Case("bound", True, log(p(x)), GE, elbo),
    Case("bound flipped", False, log(p(x)), LE, elbo),
    Case("bound, strict and flipped", False, log(p(x)), LT, elbo),
    Case("bound taken for equality", False, log(p(x)), EQ, elbo),
    Case("Bayes", True, p(z | x), EQ, p(x | z) * p(z) / p(x)),
    Case("Bayes upside down", False, p(z | x), EQ, p(x | z) * p(x) / p(z)),
    Case("evidence", True, p(x), EQ, Integral(p(x | z) * p(z), z)),
    Case("evidence without prior", False, p(x), EQ, Integral(p(x | z), z)),
    Case("importance", True, p(x), EQ, E(p(x, z) / q(z | x), q(z | x))),
    Case("importance upside down", False, p(x), EQ, E(q(z | x) / p(x, z), q(z | x))),
    Case("log of average", True, log(E(p(x, z) / q(z | x), q(z | x))), EQ, log(p(x))),
    Case("log slipped inside", False, log(E(p(x, z) / q(z | x), q(z | x))), EQ, elbo),
    Case("cross-entropy", True, CrossEntropy(q(z), p(z)), EQ, H(q(z)) + KL(q(z), p(z))),
    Case("cross-entropy, swapped", False, CrossEntropy(q(z), p(z)), EQ, H(p(z)) + KL(q(z), p(z))),
    Case("information", True, MutualInformation(p, [x], [z]), EQ, H(p(z)) - E(H(p(z | x)), p(x))),
    Case("information without condition", False, MutualInformation(p, [x], [z]), EQ, H(p(z))),
    Case("conditional information", True, MutualInformation(p, [x], [y], [z]), GE, Rational(0)),
    Case("conditioning on more", False, MutualInformation(p, [x], [y], [z]), GE, MutualInformation(p, [x], [y])),
    Case("chain rule of KL", True, KL(q(s, c), p(s, c)), EQ, KL(q(s), p(s)) + E(KL(q(c | s), p(c | s)), q(s))),
    Case("chain rule, no average", False, KL(q(s, c), p(s, c)), EQ, KL(q(s), p(s)) + KL(q(c), p(c))),
    Case("DAG", True, p(x | z1, z2), EQ, p(x | z1), hierarchy),
    Case("DAG, wrong parent", False, p(x | z1, z2), EQ, p(x | z2), hierarchy),
    Case("DAG, not independent", False, p(x, z2), EQ, p(x) * p(z2), hierarchy),
    Case("declared independence", True, p(x | y, z), EQ, p(x | z), forgetful),
    Case("independence that does not follow", False, p(x, y), EQ, p(x) * p(y), forgetful),
    Case("chain, log", True, log(p(x[0:T])), EQ, log(p(x[T])) + IndexSum(log(p(x[t - 1] | x[t])), t, 1, T), markov),
    Case("chain, lost", False, log(p(x[0:T])), EQ, log(p(x[T])) + IndexSum(log(p(x[t - 1] | x[t])), t, 2, T), markov),
    Case("Markov", True, q(x[t] | x[t - 1], x[0]), EQ, q(x[t] | x[t - 1]), markov),
    Case("Markov, too much forgotten", False, q(x[t] | x[t - 1], x[0]), EQ, q(x[t] | x[0]), markov),
    Case("diffusion bound", True, log(p(x[0])), GE, chain, markov),
    Case("diffusion bound flipped", False, log(p(x[0])), LE, chain, markov),
    Case(
        "diffusion terms",
        True,
        chain,
        EQ,
        E(log(p(x[0] | x[1])), q(x[1] | x[0])) - KL(q(x[T] | x[0]), p(x[T])) - steps(2),
        markov,
    ),
    Case(
        "diffusion terms, sign",
        False,
        chain,
        EQ,
        E(log(p(x[0] | x[1])), q(x[1] | x[0])) - KL(q(x[T] | x[0]), p(x[T])) + steps(2),
        markov,
    ),
    Case("parameters", True, log(P(x)), EQ, parametric + KL(Q(z | x), P(z | x))),
    Case("parameters, swapped", False, log(P(x)), EQ, parametric + KL(P(z | x), Q(z | x))),
    Case("prior without parameter", True, fitted, EQ, E(log(P(x | z)) + log(p(z)), Q(z | x)), prior),
    Case("prior without parameter, sign", False, fitted, EQ, E(log(P(x | z)) - log(p(z)), Q(z | x)), prior),
    Case("EM", True, log(P(x) / P_old(x)), GE, E(log(P(x, z)) - log(P_old(x, z)), P_old(z | x))),
    Case("EM flipped", False, log(P(x) / P_old(x)), LE, E(log(P(x, z)) - log(P_old(x, z)), P_old(z | x))),
    Case("surgery", True, E(divergence, pD(x)), EQ, MutualInformation(q, [x], [z]) + KL(q(z), p(z)), encoder),
    Case("surgery, lost term", False, E(divergence, pD(x)), EQ, KL(q(z), p(z)), encoder),
    Case("mixture", True, E(divergence, pD(x)), GE, KL(q(z), p(z)), mixture),
    Case("mixture flipped", False, E(divergence, pD(x)), LE, KL(q(z), p(z)), mixture),
    Case("reweighting", True, E(f(z), q(z | x)), EQ, E(f(z) * q(z | x) / p(z), p(z))),
    Case("reweighting upside down", False, E(f(z), q(z | x)), EQ, E(f(z) * p(z) / q(z | x), p(z))),
    Case("variance", True, E(z**2, q(z)), GE, E(z, q(z)) ** 2),
    Case("variance of nothing", False, E(z**2, q(z)), EQ, E(z, q(z)) ** 2),
    Case("square of a number", False, E(z**2, q(z)), EQ, E(z, q(z))),
    Case("log of product", True, log(a * b), EQ, log(a) + log(b)),
    Case("log of sum", False, log(a + b), EQ, log(a) + log(b)),
    Case("beta", True, elbo, GE, reconstruction - beta * divergence, sign(beta, GE, 1)),
    Case("beta below one", False, elbo, GE, reconstruction - beta * divergence, sign(beta, GT, 0)),
    Case("named", True, bound, EQ, log(p(x)) - gap, named),
    Case("named, sign", False, bound, EQ, log(p(x)) + gap, named),
    Case("many draws", True, many, LE, log(p(x)), weights),
    Case("many draws, better than one", True, many, GE, elbo, weights),
    Case("many draws, equal to one", False, many, EQ, elbo, weights),
    Case("declared draws", True, E(mean_weight, q(z[1:K] | x)), EQ, many, copies),
    Case("declared draws, too good", False, E(mean_weight, q(z[1:K] | x)), EQ, log(p(x)), copies),
    Case("draws are alike", True, H(q(z[1] | x)), EQ, H(q(z[2] | x)), plain_copies),
    Case("draws are not one", False, H(q(z[1:K] | x)), EQ, H(q(z[1] | x)), plain_copies),
    Case("schedule", True, Entry(alpha_bar, t), EQ, Entry(alpha_bar, t - 1) * Entry(alpha, t), schedule),
    Case("schedule, sum", False, Entry(alpha_bar, t), EQ, Entry(alpha_bar, t - 1) + Entry(alpha, t), schedule),
    Case("recursion", True, Entry(alpha_bar, t) / Entry(alpha_bar, t - 1), LT, Rational(1), recursion),
    Case("recursion flipped", False, Entry(alpha_bar, t) / Entry(alpha_bar, t - 1), GT, Rational(1), recursion),
    Case("both states", True, p(x.at(0)) + p(x.at(1)), EQ, Rational(1)),
    Case("one state", False, p(x.at(1)), EQ, Rational(1)),
    Case("named states", True, p(x.at(1)), EQ, IndexSum(p(x.at(1) | z.at(k)) * p(z.at(k)), k, 1, 3)),
    Case("named states, lost one", False, p(x.at(1)), EQ, IndexSum(p(x.at(1) | z.at(k)) * p(z.at(k)), k, 2, 3)),
    Case("mean field", True, H(q(z[1:M])), EQ, IndexSum(H(factor(i)), i, 1, M), mean_field),
    Case("mean field, one factor", False, H(q(z[1:M])), EQ, H(factor(j)), mean_field),
    Case("tight", True, log(p(x)), EQ, elbo, tight),
    Case("tight, prior", False, log(p(z)), EQ, elbo, tight),
    Case("posterior up to a factor", True, p(z | x), PROP, p(x | z) * p(z), wrt=(z,)),
    Case("likelihood is not enough", False, p(z | x), PROP, p(x | z), wrt=(z,)),
    Case("factor may depend on the rest", False, p(z | x), PROP, p(x | z) * p(z), wrt=(x,)),
    Case("log posterior", True, log(p(z | x)), CONST, log(p(x, z)), wrt=(z,)),
    Case("log posterior, half", False, log(p(z | x)), CONST, log(p(x, z)) / 2, wrt=(z,)),
    Case("quadratic", True, (a - b) ** 2, CONST, a**2 - 2 * a * b, wrt=(a,)),
    Case("quadratic, wrong variable", False, (a - b) ** 2, CONST, a**2 - 2 * a * b, wrt=(b,)),
    Case("objective", True, gap, CONST, -elbo, wrt=(q,)),
    Case("objective, sign", False, gap, CONST, elbo, wrt=(q,)),
)
