r"""The named rules: what each states, when it applies, where it comes from, and an example that tests it.

An example is a small document; the claim in its last line is proved, and the rule is among those that explain it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RULES", "Rule", "rule_named"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `name` reads on after "by"; `words` are how authors call it, in lower case (see `reasons`)."""

    id: str
    name: str
    statement: str
    example: str
    conditions: tuple[str, ...] = ()
    fails: str = ""
    source: str = ""


RULES: tuple[Rule, ...] = (
    Rule(
        "DEFINITION",
        "the definition of {names}",
        r"A name that the document introduces stands for its value.",
        "$$\\mathcal{L} := \\mathbb{E}_{q(z)}[\\log p(x, z)] + \\mathrm{H}[q(z)]$$\n"
        "$$\\mathcal{L} - \\mathrm{H}[q(z)] = \\mathbb{E}_{q(z)}[\\log p(x, z)]$$",
    ),
    Rule(
        "EXPECTATION",
        "the definition of expectation",
        r"$\mathbb{E}_{w(a)}[f(a)] = \int w(a)\, f(a)\, da$, a sum where $a$ is discrete.",
        r"$$\mathbb{E}_{q(z)}[\log p(x, z)] = \int q(z) \log p(x, z)\, dz$$",
        ("the integral is absolutely convergent",),
    ),
    Rule(
        "KL-DEFINITION",
        "the definition of KL",
        r"$\mathrm{KL}(w \,\|\, r) = \mathbb{E}_{w}\left[\log \frac{w}{r}\right]$, in nats.",
        r"$$\mathrm{KL}(q(z) \,\|\, p(z)) = \mathbb{E}_{q(z)}\left[\log \frac{q(z)}{p(z)}\right]$$",
        ("the divergence is finite",),
        source="Kullback and Leibler (1951), eq. 2.6",
    ),
    Rule(
        "ENTROPY",
        "the definition of entropy",
        r"$\mathrm{H}[w] = -\mathbb{E}_w[\log w]$ and $\mathrm{H}(w, r) = -\mathbb{E}_w[\log r]$; "
        r"differential where the "
        r"variable is continuous.",
        r"$$\mathrm{H}[q(z)] = -\mathbb{E}_{q(z)}[\log q(z)]$$",
        ("the entropy is finite",),
        source="Shannon (1948)",
    ),
    Rule(
        "MUTUAL-INFORMATION",
        "the definition of mutual information",
        r"$\mathrm{I}(a; b \mid c) = \mathbb{E}\left[\log \frac{p(a, b \mid c)}{p(a \mid c)\, p(b \mid "
        r"c)}\right]$ under "
        r"the joint density.",
        r"$$I_p(x; z) = \mathbb{E}_{p(x, z)}\left[\log \frac{p(x, z)}{p(x)\, p(z)}\right]$$",
        source="Shannon (1948); Cover and Thomas (2006), eq. 2.28 and 2.60",
    ),
    Rule(
        "BAYES",
        "Bayes' rule",
        r"$p(a \mid b) = \frac{p(b \mid a)\, p(a)}{p(b)}$.",
        r"$$p(z \mid x) = \frac{p(x \mid z)\, p(z)}{p(x)}$$",
        ("$p(b) > 0$",),
        source="Bayes (1763)",
    ),
    Rule(
        "PRODUCT-RULE",
        "the product rule",
        r"$p(a, b \mid c) = p(a \mid b, c)\, p(b \mid c)$.",
        r"$$\log p(x, z) = \log \left(p(x \mid z)\, p(z)\right)$$",
    ),
    Rule(
        "FACTORISATION",
        "the assumed factorisation",
        "A joint density is the product that the document says it is; what is independent by that drops from "
        "a condition.",
        "<!-- symelbo: assume p(x, y, z) = p(x) p(y | x) p(z | y) -->\n" r"$$p(z \mid x, y) = p(z \mid y)$$",
        source="Lauritzen (1996), proposition 3.25",
    ),
    Rule(
        "MARGINALISATION",
        "marginalisation",
        r"$\int p(a, b)\, db = p(a)$: a variable that nothing else mentions is integrated out.",
        r"$$p(x) = \int p(x, z)\, dz$$",
    ),
    Rule(
        "NORMALISATION",
        "normalisation",
        r"$\int q(a \mid c)\, da = 1$, so the mean of what does not depend on $a$ is itself.",
        r"$$\log p(x) = \mathbb{E}_{q(z \mid x)}[\log p(x)]$$",
    ),
    Rule(
        "LINEARITY",
        "linearity",
        r"$\mathbb{E}[\alpha f + g] = \alpha\, \mathbb{E}[f] + \mathbb{E}[g]$, likewise for integrals and sums.",
        r"$$\mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)] = \mathbb{E}_{q(z)}[\log p(x, z)] - "
        r"\mathbb{E}_{q(z)}[\log q(z)]$$",
        ("both means are finite",),
    ),
    Rule(
        "LOG-PRODUCT",
        "the logarithm of a product",
        r"$\log \frac{f g^n}{h} = \log f + n \log g - \log h$.",
        r"$$\log \frac{p(x, z)}{q(z)} = \log p(x, z) - \log q(z)$$",
        ("each factor is positive",),
    ),
    Rule(
        "LOG-ALGEBRA",
        "the laws of fractions, logarithms and exponentials",
        "Rational functions, logarithms and exponentials of scalars are equal when their difference vanishes "
        "in the field that they generate.",
        "<!-- symelbo: assume a > 0, b > 0 -->\n" r"$$\frac{a}{a + b} + \frac{b}{a + b} = 1$$",
        ("logarithms have positive arguments",),
        source="Ostrowski (1946); Ax (1971)",
    ),
    Rule(
        "ARITHMETIC",
        "arithmetic",
        "Terms are reordered, factors cancelled or inserted, as in multiplying and dividing by the same density.",
        r"$$\log p(x) = \log \frac{p(x)\, q(z)}{q(z)}$$",
        ("what is divided by is positive",),
    ),
    Rule(
        "INDEX-SHIFT",
        "shifting the index of a sum",
        r"$\sum_{t=1}^{T} f(t) - \sum_{t=1}^{T} f(t-1) = f(T) - f(0)$: an index is shifted, and boundary "
        r"terms are split off.",
        r"$$\sum_{t=1}^{T} (a_t - a_{t-1}) = a_T - a_0$$",
    ),
    Rule(
        "GRADIENT",
        "the rules of differentiation",
        r"$\nabla$ is linear, obeys the product and chain rules, and passes under an integral; $\nabla q = q "
        r"\nabla \log q$.",
        r"$$\nabla_\phi \mathbb{E}_{q_\phi(z)}[\log p(x, z)] = "
        r"\mathbb{E}_{q_\phi(z)}[\log p(x, z)\, \nabla_\phi \log q_\phi(z)]$$",
        ("derivative and integral may be exchanged", "the densities are differentiable in the parameter"),
        source="Williams (1992); Leibniz' rule under dominated convergence",
    ),
    Rule(
        "UP-TO-CONSTANT",
        "leaving out what is constant",
        r"With respect to a variable, $\propto$ leaves out factors and $+\,\text{const}$ leaves out terms "
        r"that are free of it.",
        "<!-- symelbo: constant wrt z -->\n" r"$$p(z \mid x) \propto p(x, z)$$",
    ),
    Rule(
        "KL-NONNEG",
        "the non-negativity of KL",
        r"$\mathbb{E}_w\left[\log w(a \mid c) - \log r(a \mid b)\right] \ge 0$. Mutual information, data "
        r"processing and "
        "submodularity of entropy are the same rule.",
        r"$$\log p(x) \ge \mathbb{E}_{q(z \mid x)}[\log p(x, z)] + \mathrm{H}[q(z \mid x)]$$",
        ("$w$ and $r$ are densities of the same variables $a$", "$b$ is among $c$ and what is free"),
        r"the condition moves along, as in $r(z \mid y = g(z))$, or the weight does not integrate to one",
        "Kullback and Leibler (1951); Gibbs' inequality",
    ),
    Rule(
        "JENSEN-LOG",
        "Jensen's inequality",
        r"$\log \mathbb{E}_w[f] \ge \mathbb{E}_w[\log f]$, and "
        r"$\log \sum_i c_i m_i \ge \sum_i \lambda_i \log (c_i m_i / \lambda_i)$.",
        r"$$\log \mathbb{E}_{q(z \mid x)}\left[\frac{p(x, z)}{q(z \mid x)}\right] \ge "
        r"\mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]$$",
        ("$f$ is positive everywhere", "$w$ integrates to one", r"$\lambda_i > 0$ and $\sum_i \lambda_i = 1$"),
        r"$f$ changes sign: $\log \mathbb{E}_w[f] \ge \tfrac12 \mathbb{E}_w[\log f^2]$ is false in general",
        "Jensen (1906)",
    ),
    Rule(
        "JENSEN-EXP",
        "Jensen's inequality for the exponential",
        r"$\mathbb{E}_w[e^g] \ge e^{\mathbb{E}_w[g]}$.",
        r"$$\mathbb{E}_{q(z)}[p(z)] \ge \exp \left( \mathbb{E}_{q(z)}[\log p(z)] \right)$$",
        ("$w$ integrates to one", "$g$ is real"),
        source="Jensen (1906)",
    ),
    Rule(
        "JENSEN-SQUARE",
        "a variance is not negative",
        r"$\mathbb{E}_w[g^2] \ge \mathbb{E}_w[g]^2$.",
        r"$$\mathbb{E}_{q(z \mid x)}\left[\left(\frac{p(x, z)}{q(z \mid x)}\right)^2\right] \ge p(x)^2$$",
        ("$w$ integrates to one", "$g$ is real"),
    ),
    Rule(
        "SAMPLES",
        "more samples",
        r"$S_K = \mathbb{E}\left[\log \frac{1}{K} \sum_{k=1}^{K} f(z_k)\right]$ over independent draws does not fall "
        r"as $K$ grows: $\mathbb{E}[\log f] = S_1 \le S_K \le S_{K+1} \le \log \mathbb{E}[f]$.",
        r"$$\mathbb{E}_{z_1, z_2 \sim q(z \mid x)}\left[\log \frac{1}{2} \sum_{k=1}^{2} "
        r"\frac{p(x, z_k)}{q(z_k \mid x)}\right] "
        r"\ge \mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]$$",
        ("$f$ is positive", "the draws are independent and have the same law"),
        source="Burda, Grosse and Salakhutdinov (2016), theorem 1",
    ),
    Rule(
        "ENTROPY-NONNEG",
        "the entropy of a discrete variable is not negative",
        r"$\mathrm{H}(a \mid c) \ge 0$.",
        "",
        ("$a$ is declared discrete",),
        r"$a$ is continuous: a uniform density on $[0, \tfrac12]$ has entropy $-\log 2$",
        "Shannon (1948)",
    ),
    Rule(
        "ENTROPY-BOUND",
        "the uniform law has the largest entropy",
        r"$\mathrm{H}(a \mid c) \le \log K$ where $a$ has $K$ values.",
        "$$\\sum_{k=1}^{K} q(k) = 1$$\n$$\\mathrm{H}[q(k)] \\le \\log K$$",
        ("$a$ takes the values that the document sums over",),
        source="Shannon (1948); Cover and Thomas (2006), theorem 2.6.4",
    ),
    Rule(
        "POSITIVE",
        "positive quantities",
        "Products of densities, exponentials, declared positive scalars and even powers are not negative, "
        "and neither are "
        "their integrals.",
        r"$$p(x) + q(x) \ge p(x)$$",
        fails=r"strictness is asked for and a factor may vanish: $\mathbb{E}_w[g^2] > 0$ is false for $g = 0$",
    ),
    Rule(
        "ASSUMED-SIGN",
        "the assumed sign",
        r"What a document declares, $\beta \ge 1$ or $0 < \alpha_t < 1$, holds, also as a factor of the rules above.",
        "<!-- symelbo: assume \\beta \\ge 1 -->\n" r"$$\beta \ge 1$$",
    ),
    Rule(
        "OPTIMUM",
        "the definition of the optimum",
        r"Where $\theta^\star = \arg\max_\theta f(\theta)$, no other value has $f(\theta) > f(\theta^\star)$.",
        "$$Q(\\theta, \\theta') = \\mathbb{E}_{p(z \\mid x, \\theta')}[\\log p(x, z \\mid \\theta)]$$\n"
        "$$\\theta^\\star = \\arg\\max_{\\theta} Q(\\theta, \\theta')$$\n"
        "$$Q(\\theta^\\star, \\theta') \\ge Q(\\theta', \\theta')$$",
        ("the optimum is attained",),
    ),
    Rule(
        "EXTREMUM",
        "what attains the extremum",
        r"$\arg\max f = \arg\max g$ if $f = c\,g + \text{const}$ with $c > 0$, and $\arg\max f = \arg\min g$ "
        r"if $c < 0$; "
        r"$\max_q f = g$ if $f \le g$ for every $q$ and a posterior attains it.",
        r"$$\arg\max_{q} \left( \log p(x) - \mathrm{KL}(q(z) \,\|\, p(z \mid x)) \right) "
        r"= \arg\min_{q} \mathrm{KL}(q(z) \,\|\, p(z \mid x))$$",
        fails="the densities are restricted (mean field, a family with parameters), or one $q$ has to serve every $x$",
    ),
    Rule(
        "CLOSED-FORM",
        "the closed forms of explicit laws",
        "Expectations, entropies and divergences under explicit laws have closed forms, and these agree with "
        "the claim.",
        "<!-- symelbo: assume \\sigma > 0 -->\n"
        r"$$\mathrm{KL}(\mathcal{N}(\mu, \sigma^2) \,\|\, \mathcal{N}(0, 1)) = "
        r"\frac{1}{2}\left(\mu^2 + \sigma^2 - 1 - \log \sigma^2\right)$$",
        ("the parameters are in the range of the law",),
    ),
    Rule(
        "CHANGE-OF-VARIABLES",
        "the change of variables",
        r"If $x = f(z)$ for an invertible, smooth $f$, then "
        r"$\log p(x) = \log p_z(f^{-1}(x)) + \log\left|\det \frac{\partial f^{-1}}{\partial x}\right|$, and along a "
        "composition the terms add.",
        "",
        ("$f$ is invertible with a derivative that is nowhere singular", "the document says what $f$ is"),
    ),
)


def rule_named(identifier: str) -> Rule:
    """The rule with an identifier. Raises `KeyError`.

    >>> rule_named("BAYES").name
    "Bayes' rule"
    """
    return _BY_ID[identifier]


_BY_ID = {rule.id: rule for rule in RULES}
