"""The grammar by example: what is written, and the outline of the tree that it gives."""

from __future__ import annotations

import pytest

from symelbo.reading.parsing.grammar import parse, parse_statements
from symelbo.reading.parsing.syntax import outline
from symelbo.reading.sources.lexer import read_plain, read_tex


def tree(text: str) -> str:
    return outline(parse(read_tex(text)).conventional)


KL = "div(KL, q, p)"

DIVERGENCES = [
    r"\mathrm{KL}(q \| p)",
    r"\mathrm{KL}\left(q \,\middle\|\, p\right)",
    r"\mathbb{KL}(q \| p)",
    r"\mathcal{KL}[q \| p]",
    r"\operatorname{KL}(q\|p)",
    r"\text{KL}\big[q \,\|\, p\big]",
    r"{\rm KL}(q \| p)",
    r"KL(q \| p)",
    r"KL[q || p]",
    r"KL\{q \Vert p\}",
    r"{KL}(q\|p)",
    r"KL{(q\|p)}",
    r"D_{KL}(q \parallel p)",
    r"D_\text{KL}(q \mid\mid p)",
    r"D_{\mathrm{KL}}\left(q \vert\vert p\right)",
    r"D_{\rm KL}(q \vert \vert p)",
    r"\mathrm{D}_{KL}(q||p)",
    r"\mathbb{D}_{KL}\big(q\,\big\|\,p\big)",
    r"\mathrm{D_{KL}}(q||p)",
    r"D^{KL}(q||p)",
    r"D(q \| p)",
    r"D_{kl}(q \| p)",
    r"kl(q \| p)",
    r"\text{D}_{\text{KL}}(q \| p)",
    r"KL\big(q\,\big|\big|\,p\big)",
    r"KL\left(q\left|\right|p\right)",
    r"KL(q, p)",
    r"KL(q | p)",
    r"KL(q : p)",
]


@pytest.mark.parametrize("text", DIVERGENCES)
def test_every_spelling_of_a_divergence(text: str) -> None:
    assert tree(text) == KL


@pytest.mark.parametrize(("text", "sign"), [("KL(q, p)", ","), ("KL(q | p)", "|"), ("KL(q : p)", ":")])
def test_an_unusual_separator_is_noted(text: str, sign: str) -> None:
    (note,) = parse(read_tex(text)).notes
    assert note.message == f"read `{sign}` between the two densities of a divergence as `\\|`"
    assert text[note.span.start] == sign


@pytest.mark.parametrize("text", DIVERGENCES[:20])
def test_the_usual_separators_are_not_noted(text: str) -> None:
    assert parse(read_tex(text)).notes == ()


EXPECTATIONS = {
    r"\mathbb{E}_{q}[f(z)]": "E(f(z), laws=[q], bracket=[)",
    r"\mathbb E_q f(z)": "E(f(z), laws=[q])",
    r"\Bbb{E}_{q(z)}\Big[f(z)\Big]": "E(f(z), laws=[q(z)], bracket=[)",
    r"E_{q(z)} \{ f(z) \}": r"E(f(z), laws=[q(z)], bracket=\{)",
    r"E[f(z)]": "E(f(z), bracket=[)",
    r"\mathrm{E}_q (f(z) - b)": "E(sum(f(z), -b), laws=[q], bracket=()",
    r"\operatorname{E}_q[f(z)]": "E(f(z), laws=[q], bracket=[)",
    r"{\mathbb E}_{q}[f(z)]": "E(f(z), laws=[q], bracket=[)",
    r"\mathbf{E}_q[f(z)]": "E(f(z), laws=[q], bracket=[)",
    r"\mathop{\mathbb{E}}_{z \sim q}[f(z)]": "E(f(z), laws=[z ~ q], bracket=[)",
    r"\mathop{\mathbb{E}}\limits_{z \sim q}[f(z)]": "E(f(z), laws=[z ~ q], bracket=[)",
    r"\underset{z \sim q}{\mathbb{E}}[f(z)]": "E(f(z), laws=[z ~ q], bracket=[)",
    r"\operatorname*{\mathbb{E}}_{z \sim q}[f(z)]": "E(f(z), laws=[z ~ q], bracket=[)",
    r"\mathbb{E}_{z_1, \dots, z_K \sim q(z|x)}[w]": "E(w, laws=[z_{1}, dots(), z_{K} ~ q(z | x)], bracket=[)",
    r"\mathbb{E}_{z \sim q,\, u \sim r(u)}[w]": "E(w, laws=[z ~ q, u ~ r(u)], bracket=[)",
    r"\mathbb{E}_{q(s)\, q(w)}[f]": "E(f, laws=[mul(q(s), q(w))], bracket=[)",
    r"\mathbb{E}_{t, x_0, \epsilon}[f]": "E(f, laws=[t, x_{0}, epsilon], bracket=[)",
    r"\mathbb{E}_{z|x}[f]": "E(f, laws=[z | x], bracket=[)",
    r"\mathbb{E}_q{\left[f\right]} g": "mul(E(f, laws=[q], bracket=[), g)",
    r"\mathbb{E}[x \mid y]": "E(x, given=[y], bracket=[)",
    r"\mathbb{E}[x]^2": "power(E(x, bracket=[), 2)",
    r"\mathbb{E}(x - \mu)^2": "E(power(sum(x, -mu), 2))",
    r"\mathbb{E}_q[ c |J| ]": "E(mul(c, absolute(J)), laws=[q], bracket=[)",
    r"\mathbb{E}_q[ c \|u\|^2 ]": "E(mul(c, power(norm(u), 2)), laws=[q], bracket=[)",
    r"\left\langle f \right\rangle_{q(s)}": r"E(f, laws=[q(s)], bracket=\langle)",
    r"\langle f \rangle": r"E(f, bracket=\langle)",
    r"\langle a, b \rangle": "infix(inner, a, b)",
    r"e^{-E(x)}": "exp(-E?(x))",
    r"E_\theta(x)": "E_{theta}?(x)",
}

INTEGRALS = {
    r"\int q(z) f(z)\, dz": "∫([integralvariable(z)], mul(q(z), f(z)))",
    r"\int dz\, q(z) f(z) + 1": "sum(∫([integralvariable(z)], mul(q(z), f(z))), 1)",
    r"\int q(z) \mathrm{d}z - c": "sum(∫([integralvariable(z)], q(z)), -c)",
    r"\int q(Z) {\rm d}Z": "∫([integralvariable(Z)], q(Z))",
    r"\int q(z) \text{d}z": "∫([integralvariable(z)], q(z))",
    r"\int \frac{q(z)\, dz}{r(z)}": "∫([integralvariable(z)], quotient(q(z), r(z)))",
    r"\int \frac{dz}{z}": "∫([integralvariable(z)], quotient(1, z))",
    r"\int_z q(z)": "∫([integralvariable(z)], q(z))",
    r"\int_z q(z)\, dz": "∫([integralvariable(z)], q(z))",
    r"\int_0^\infty f(t)\,dt": "∫([integralvariable(t, lower=0, upper=infinity())], f(t))",
    r"\int_{\mathcal Z} f(z)\,dz": "∫([integralvariable(z)], f(z), domain=cal Z)",
    r"\int f(z) - g(z)\, dz + 1": "sum(∫([integralvariable(z)], sum(f(z), -g(z))), 1)",
    r"\iint f(a, b)\, da\, db": "∫([integralvariable(a), integralvariable(b)], f(a, b))",
    r"\iint da\, db\; f(a, b)": "∫([integralvariable(a), integralvariable(b)], f(a, b))",
    r"\int f\, dz_1 dz_2": "∫([integralvariable(z_{1}), integralvariable(z_{2})], f)",
    r"\int f\, dx_{1:T}": "∫([integralvariable(x_{1:T})], f)",
    r"\int\int f\, dx\, dy": "∫([integralvariable(y)], ∫([integralvariable(x)], f))",
    r"\int f \left[ \int g\, db \right] da": "∫([integralvariable(a)], mul(f, ∫([integralvariable(b)], g)))",
    r"\int f(t)\,dt + \int g(t)\,dt": "sum(∫([integralvariable(t)], f(t)), ∫([integralvariable(t)], g(t)))",
    r"\int q(z) \log p(z)\, dz": "∫([integralvariable(z)], mul(q(z), log(p(z))))",
    r"\int p(x, z)": "∫(p(x, z))",
    r"b\, e^{-d t}": "mul(b, exp(-mul(d, t)))",
    r"P(d, s)": "P(d, s)",
}

SUMS = {
    r"\sum_c q(c)": "Σ(q(c), variables=[c])",
    r"\sum_{n=1}^{N} x_n y_n + 1": "sum(Σ(mul(x_{n}, y_{n}), variables=[n], lower=1, upper=N), 1)",
    r"\sum_{n \in B} x_n": r"Σ(x_{n}, variables=[n], conditions=[n \in B])",
    r"\sum_{k \neq i} w_k": r"Σ(w_{k}, variables=[k], conditions=[k \ne i])",
    r"\sum_{k=1, k \ne i}^K w_k": r"Σ(w_{k}, variables=[k], lower=1, upper=K, conditions=[k \ne i])",
    r"\sum_{\substack{k=1 \\ k \neq i}}^{K} w_k": (r"Σ(w_{k}, variables=[k], lower=1, upper=K, conditions=[k \ne i])"),
    r"\sum_{z_1, z_2} p(z_1, z_2)": "Σ(p(z_{1}, z_{2}), variables=[z_{1}, z_{2}])",
    r"\sum_i \sum_j a_{ij}": "Σ(Σ(a_{i,j}, variables=[j]), variables=[i])",
    r"\sum_t -\log p_t": "Σ(-log(p_{t}), variables=[t])",
    r"p(y) \prod_t p(x_t)": "mul(p(y), Π(p(x_{t}), variables=[t]))",
    r"\prod_t p(x_t)\, p(y)": "mul(Π(p(x_{t}), variables=[t]), p(y))",
    r"\prod_t p(z_t) \prod_t p(x_t)": "mul(Π(p(z_{t}), variables=[t]), Π(p(x_{t}), variables=[t]))",
    r"\prod_n \prod_k \pi_k^{z_{nk}}": (
        "Π(Π(power(pi_{k}, z_{n,k}, may_be_label=True), variables=[k]), variables=[n])"
    ),
    r"\prod_t p(x_t)\, r(x_t)": "Π(mul(p(x_{t}), r(x_{t})), variables=[t])",
}

FUNCTIONS = {
    r"\log \frac{a}{b}": "log(quotient(a, b))",
    r"\ln p(x|z) p(z) - c": "sum(log(mul(p(x | z), p(z))), -c)",
    r"\log A \cdot B": "log(mul(A, B))",
    r"\log x \log y": "mul(log(x), log(y))",
    r"\log(x) (y + 1)": "mul(log(x), sum(y, 1))",
    r"\log{p(x)} r(x)": "mul(log(p(x)), r(x))",
    r"\log (1 - a)^2": "log(power(sum(1, -a), 2))",
    r"\log_2 x": "log(x, base=2)",
    r"\log^2 x": "power(log(x), 2)",
    r"log\, p(x)": "log(p(x))",
    r"\text{log} \frac{a}{b}": "log(quotient(a, b))",
    r"exp(x) y": "mul(exp(x), y)",
    r"\exp \mathbb{E}_q[f]": "exp(E(f, laws=[q], bracket=[))",
    r"\exp\left\{ -x \right\}": "exp(-x)",
    r"\lambda e^{-\lambda t}": "mul(lambda, exp(-mul(lambda, t)))",
    r"\tfrac12 x": "mul(quotient(1, 2), x)",
    r"\frac1N \sum_n x_n": "mul(quotient(1, N), Σ(x_{n}, variables=[n]))",
    r"1/K \sum_k w_k": "mul(quotient(1, K), Σ(w_{k}, variables=[k]))",
    r"a / b c": "mul(quotient(a, b), c)",
    r"{a \over b}": "quotient(a, b)",
    r"\sqrt[3]{x}": "sqrt(x, degree=3)",
    r"\binom{n}{h} a^h": "mul(binomial(n, h), power(a, h, may_be_label=True))",
    r"\frac{a^n}{n!}": "quotient(power(a, n, may_be_label=True), factorial(n))",
    r"\log\Gamma(a)": "log(Gamma(a))",
    r"\psi(a + b)": "psi(sum(a, b))",
    r"B(a, b)": "B(a, b)",
    r"x_b \odot \exp(s) + t": "sum(infix(odot, x_{b}, exp(s)), t)",
    r"1{,}000 x": "mul(1000, x)",
    r"a \cdot (-3)": "mul(a, -3)",
    r"a \underbrace{- b}_{\text{loss}}": "sum(a, -b)",
    r"\underbrace{a + b}_{c} d": "mul(sum(a, b), d)",
    r"\textcolor{red}{x} {\color{red} y_1}^2": "mul(x, power(y_{1}, 2))",
}

INFORMATION = {
    r"H[q]": "entropy(H, [q])",
    r"\mathbb{H}[q(z|x)]": "entropy(bb H, [q(z | x)])",
    r"\mathcal{H}(q)": "entropy(cal H, (q))",
    r"\mathrm{H}\{q\}": "entropy(roman H, {q})",
    r"H(p, q)": "entropy(H, (p, q))",
    r"H(X | Y)": "entropy(H, (X | Y))",
    r"I_q(x; z)": "mutualinformation(I_{q}, [x], [z])",
    r"\mathbb I(x; z | y)": "mutualinformation(bb I, [x], [z], given=[y])",
    r"s^2 I": "mul(power(s, 2), I)",
    r"\mathcal N(x; \mu, \Sigma)": "distribution(normal, [mu, Sigma], values=[x], symbol=cal N)",
    r"\mathcal N(x | \mu, \sigma^2)": "distribution(normal, [mu, power(sigma, 2)], values=[x], symbol=cal N)",
    r"\mathcal N(0, I)": "distribution(normal, [0, I], symbol=cal N)",
    r"N(0, 1)": "distribution(normal, [0, 1], symbol=N)",
    r"N (x - 1)": "mul(N, sum(x, -1))",
    r"\mathrm{Bern}(a)": "distribution(bernoulli, [a], symbol=roman Bern)",
    r"\mathrm{Cat}(1/K, \dots, 1/K)": (
        "distribution(categorical, [quotient(1, K), dots(), quotient(1, K)], symbol=roman Cat)"
    ),
    r"\text{Dir}(\theta; \gamma_1)": "distribution(dirichlet, [gamma_{1}], values=[theta], symbol=text Dir)",
    r"\mathrm{Gamma}(t; a, b)": "distribution(gamma, [a, b], values=[t], symbol=roman Gamma)",
}

DERIVATIVES = {
    r"\nabla_\phi f g": "mul(gradient(f, wrt=[phi]), g)",
    r"\nabla_\phi \log q_\phi(z)\, f(z)": "mul(gradient(log(q_{phi}(z)), wrt=[phi]), f(z))",
    r"\nabla_\phi \log \frac{1}{K} \sum_k w_k": (
        "gradient(log(mul(quotient(1, K), Σ(w_{k}, variables=[k]))), wrt=[phi])"
    ),
    r"\nabla_\phi \int q(z) f(z)\,dz": "gradient(∫([integralvariable(z)], mul(q(z), f(z))), wrt=[phi])",
    r"\nabla_{\theta, \phi} L": "gradient(L, wrt=[theta, phi])",
    r"\frac{\partial}{\partial \mu} f(\mu)": "derivative(f(mu), [mu], True)",
    r"\frac{\partial f(z)}{\partial z}": "derivative(f(z), [z], True)",
    r"\frac{\partial^2 f}{\partial x \partial y}": "derivative(f, [x, y], True)",
    r"\frac{\partial^2 f}{\partial x^2}": "derivative(f, [x, x], True)",
    r"\frac{\mathrm{d}}{\mathrm{d}\lambda} \frac{1}{\lambda}": "derivative(quotient(1, lambda), [lambda])",
    r"\partial f / \partial z": "derivative(f, [z], True)",
    r"\left| dz/dx \right|": "absolute(derivative(z, [x]))",
    r"n d/k": "quotient(mul(n, d), k)",
    r"\partial_\mu f(x)": "derivative(f(x), [mu], True)",
    r"\frac{d}{2} \log 2": "mul(quotient(d, 2), log(2))",
    r"\frac{a d}{b}": "quotient(mul(a, d), b)",
    r"\left| \det \frac{\partial f}{\partial z} \right|^{-1}": (
        "inverse(absolute(determinant(derivative(f, [z], True))))"
    ),
    r"f(x)\big|_{x = 0}": "evaluated(f(x), [x = 0])",
}

NAMES = {
    r"\bar\alpha_t": "bar alpha_{t}",
    r"\bar{\alpha}_{t-1}": "bar alpha_{sum(t, -1)}",
    r"\hat{x_t}": "hat x_{t}",
    r"x_{1:T}": "x_{1:T}",
    r"z_{<t}": "z_{:<t}",
    r"z_{\le t}": "z_{:t}",
    r"q_{-j}(z_{-j})": "q_{except(j)}(z_{except(j)})",
    r"z_{\setminus j}": "z_{except(j)}",
    r"w_{t-1}": "w_{sum(t, -1)}",
    r"a_{ij} b_{i,j}": "mul(a_{i,j}, b_{i,j})",
    r"p_{data}(x)": "p_{roman data}(x)",
    r"p_{\mathrm{data}}(x)": "p_{roman data}(x)",
    r"\theta_{\text{old}}": "theta_{text old}",
    r"\theta^{\text{old}}": "theta^[text old]",
    r"\theta^{(t)}": "theta^[t]",
    r"\theta^{t+1}": "power(theta, sum(t, 1), may_be_label=True)",
    r"\sigma^{-2}": "power(sigma, -2)",
    r"z^{1:K}": "z^[1:K]",
    r"\theta'": "theta'",
    r"\theta^\prime": "theta'",
    r"q^*(u)": "q^[*](u)",
    r"q^{*}_j(z_j)": "q_{j}^[*](z_{j})",
    r"q_1^\star(z)": "q_{1}^[*](z)",
    r"f'(x)": "f'(x)",
    r"f^{-1}(x)": "inverse(f)(x)",
    r"\mathbf x \boldsymbol{\mu} \vec{y}": "mul(bold x, bold mu, bold y)",
    r"\mathcal{L}(\theta, \phi; x)": "cal L(theta, phi; x)",
    r"\text{ELBO}(q)": "text ELBO(q)",
    r"ELBO": "roman ELBO",
    r"\therefore a": "a",
    r"w^\top z": "mul(transpose(w, True), z)",
    r"(z - m)^T S^{-1} (z - m)": "mul(transpose(sum(z, -m)), inverse(S), sum(z, -m))",
    r"A^{-\top}": "transpose(inverse(A), True)",
    r"\| x - y \|_2^2": "power(norm(sum(x, -y), order=2), 2)",
    r"|| x ||^2": "power(norm(x), 2)",
    r"|A||B|": "mul(absolute(A), absolute(B))",
    r"f_d(z)^{x_d}": "power(f_{d}(z), x_{d})",
    r"p(x = 1 | z = \mu + \sigma\epsilon)": "p(x = 1 | z = sum(mu, mul(sigma, epsilon)))",
    r"p(x, z; \theta | y)": "p(x, z | y; theta)",
    r"p(\cdot | x)": "p(placeholder() | x)",
    r"p(x_1, \dots, x_N)": "p(x_{1}, dots(), x_{N})",
    r"p{(x|z)}": "p(x | z)",
    r"F[q]": "F?[q]",
    r"a_{kl} b_{mn}": "mul(a_{k,l}, b_{m,n})",
    r"\operatorname{tr}(ABC)": "trace(mul(A, B, C))",
    r"e^{tr}": "exp(mul(t, r))",
    r"tr(A)": "trace(A)",
    r"\mathbf{1}\{x = 1\}": "bold 1{x = 1}",
    r"z^{(1:K)}": "z^[1:K]",
    r"p(z{=}1)": "p(z = 1)",
    r"(a - b)' S": "mul(transpose(sum(a, -b)), S)",
    r"\|\mu\|^{2}_{2}": "power(norm(mu, order=2), 2)",
    r"\{0, 1\}": "setof(0, 1)",
    r"(x_a, x_b)": "tuple(x_{a}, x_{b})",
    r"a + \text{const.}": "sum(a, constant())",
    r"a + const": "sum(a, constant())",
    r"a + \text{terms without } q": "sum(a, constant())",
}

EXTREMA = {
    r"\arg\max_\theta f(\theta)": "extremum(argmax, f(theta), variables=[theta])",
    r"\operatorname*{arg\,min}_\theta \; -f": "extremum(argmin, -f, variables=[theta])",
    r"\operatorname{argmax}_{q \in Q} f": r"extremum(argmax, f, variables=[q], conditions=[q \in Q])",
    r"\underset{q}{\arg\min}\; f": "extremum(argmin, f, variables=[q])",
    r"\max_q F(q) + c": "extremum(max, sum(F(q), c), variables=[q])",
    r"\max(a, b)": "roman max(a, b)",
    r"\min\{a, b\}": "roman min{a, b}",
}

TABLES = {**EXPECTATIONS, **INTEGRALS, **SUMS, **FUNCTIONS, **INFORMATION, **DERIVATIVES, **NAMES, **EXTREMA}


@pytest.mark.parametrize("text", TABLES)
def test_the_tree_of(text: str) -> None:
    assert tree(text) == TABLES[text]


PLAIN = {
    "log p(x) - KL( q(z|x) || p(z) )": "sum(log(p(x)), -div(KL, q(z | x), p(z)))",
    "E_q[log p(x,z)]": "E(log(p(x, z)), laws=[q], bracket=[)",
    "E_q(z)[log p(x,z)]": "E(log(p(x, z)), laws=[q(z)], bracket=[)",
    "E_{z ~ q(z|x)}[f(z)]": "E(f(z), laws=[z ~ q(z | x)], bracket=[)",
    "𝔼_q[f(z)]": "E(f(z), laws=[q], bracket=[)",
    "D_KL(q || p)": KL,
    "∫ q(z) (log p(z) − log q(z)) dz": "∫([integralvariable(z)], mul(q(z), sum(log(p(z)), -log(q(z)))))",
    "int q(z) dz": "∫([integralvariable(z)], q(z))",
    "Σ_h r(h) · log( p(v, h) / r(h) )": "Σ(mul(r(h), log(quotient(p(v, h), r(h)))), variables=[h])",
    "sum_z q(z)": "Σ(q(z), variables=[z])",
    "N(x | μ_k, Σ_k)": "distribution(normal, [mu_{k}, Sigma_{k}], values=[x], symbol=N)",
    "p_theta(x_t | x_<t)": "p_{theta}(x_{t} | x_{:<t})",
    "q*(z)": "q^[*](z)",
    "p*(1-p)": "mul(p, sum(1, -p))",
    "E_q(z|x) log p(x|z)": "E(log(p(x | z)), laws=[q(z | x)])",
    "√ᾱ_t x_0": "mul(sqrt(bar alpha_{t}), x_{0})",
    "½ log σ²": "mul(quotient(1, 2), log(power(sigma, 2)))",
    "‖x − μ‖²": "power(norm(sum(x, -mu)), 2)",
    "θold": "theta_{roman old}",
    "x1 + log2(x)": "sum(x_{1}, log(x, base=2))",
    "sqrt(1 - alpha_t) eps": "mul(sqrt(sum(1, -alpha_{t})), epsilon)",
}


@pytest.mark.parametrize("text", PLAIN)
def test_the_tree_of_plain_text(text: str) -> None:
    assert outline(parse(read_plain(text)).conventional) == PLAIN[text]


STATEMENTS = {
    r"0 < \alpha_t < 1": ["0 < alpha_{t}", "alpha_{t} < 1"],
    r"p(x, z) = p(z)\, p(x \mid z)": ["p(x, z) = mul(p(z), p(x | z))"],
    r"z = g(\epsilon), \; \epsilon \sim s(\epsilon)": ["z = g(epsilon)", "epsilon ~ s?(epsilon)"],
    r"z_1 \perp z_2 \mid x": ["independence([z_{1}], [z_{2}], given=[x])"],
    r"z, \theta": ["z", "theta"],
    r"z_1, \dots, z_K \sim q": ["z_{1}, dots(), z_{K} ~ q"],
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(text: str) -> None:
    assert [outline(one) for one in parse_statements(read_tex(text))] == STATEMENTS[text]


@pytest.mark.parametrize(
    ("text", "left", "note"),
    [
        (r"0.2 \text{ nats}", "0.2", "left out the unit `nats`"),
        (r"a + b \quad \text{(by Bayes)}", "sum(a, b)", 'left out the words "(by Bayes)"'),
        (r"\text{and so } a + b", "sum(a, b)", 'left out the words "and so"'),
    ],
)
def test_words_around_a_formula_are_left_out_with_a_note(text: str, left: str, note: str) -> None:
    parsed = parse(read_tex(text))
    assert outline(parsed.conventional) == left
    assert [one.message for one in parsed.notes] == [note]


def test_spans_point_into_the_source() -> None:
    text = r"\log p(x) - \beta \mathrm{KL}(q \| p)"
    node = parse(read_tex(text)).conventional
    assert [text[term.span.start : term.span.end] for term in node.terms] == [  # type: ignore[attr-defined]
        r"\log p(x)",
        r"- \beta \mathrm{KL}(q \| p)",
    ]
