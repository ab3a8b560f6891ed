"""Notes whose model stands in their sentences; each with lines that hold and with slips."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

VAE = r"""
The prior is a standard Gaussian, $p(z) = \mathcal{N}(0, I)$, and the encoder outputs
$q(z \mid x) = \mathcal{N}(\mu, \operatorname{diag}(\sigma^2))$. We write $J$ for the number of dimensions.

$$ -\mathrm{KL}(q(z \mid x) \,\|\, p(z)) = \frac12 \sum_{j=1}^J (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2) $$
"""
REGRESSION = r"""
Suppose that $p(y \mid w) = \mathcal{N}(y; w x, \sigma^2)$ for a fixed input $x$, with a Gaussian prior on the weight:
$p(w) = \mathcal{N}(w; 0, \tau^2)$, where $\sigma > 0$ and $\tau > 0$.

$$ p(y) = \mathcal{N}(y; 0, \sigma^2 + \tau^2 x^2) $$
"""
MIXTURE = r"""
Let $c$ be the component and assume that $p(x, c) = p(c)\, p(x \mid c)$. For an arbitrary $q(c)$ define
$\mathcal{F}(q) = \mathbb{E}_{q(c)}[\log p(x, c)] + H[q(c)]$. The gap is
\[ \log p(x) - \mathcal{F}(q) = \mathrm{KL}(q(c) \,\|\, p(c \mid x)) \]
"""
BINARY = r"""
There is a coin with $p(z=1) = 0.3$, and $p(x=1 \mid z=1) = 0.9$, $p(x=1\mid z=0) = 0.2$.

$$ p(x=1) = 0.41 $$
"""
DIFFUSION = r"""
Each step is Gaussian: $q(x_t \mid x_{t-1}) = \mathcal N(x_t; \sqrt{1-\beta_t}\,x_{t-1}, \beta_t I)$ with a schedule
$0 < \beta_t < 1$. We abbreviate $\alpha_t = 1 - \beta_t$ and $\bar\alpha_t = \prod_{s=1}^t \alpha_s$.

$$ q(x_t \mid x_0) = \mathcal N(x_t; \sqrt{\bar\alpha_t}\, x_0, (1 - \bar\alpha_t) I) $$
"""
NOISE = r"""
Let $q(z) = \mathcal{N}(z; \mu, \sigma^2)$ with $\sigma > 0$, and let $\epsilon \sim \mathcal N(0, 1)$.

$$ \mathbb{E}_{q(z)}[z^2] = \mathbb{E}_{p(\epsilon)}[(\mu + \sigma \epsilon)^2] $$
"""
FACTORS = r"""
\paragraph{Factors.} Data come from $z \sim \mathcal{N}(0, 1)$ and $x \mid z \sim \mathcal{N}(w z + b, s^2)$, $s > 0$.
\begin{equation}
p(z \mid x) = \mathcal{N}\Big(z; \frac{w (x - b)}{w^2 + s^2}, \frac{s^2}{w^2 + s^2}\Big)
\end{equation}
"""
FIELD = r"""
We restrict ourselves to $q(z_1, z_2) = q_1(z_1)\, q_2(z_2)$.

$$ H[q(z_1, z_2)] = H[q_1(z_1)] + H[q_2(z_2)] $$
"""
DECODER = r"""
The decoder is $p(x \mid z) = \mathrm{Bernoulli}(x; \pi(z))$.

$$ \mathbb{E}_{q(z \mid x)}[\log p(x \mid z)]
   = \mathbb{E}_{q(z \mid x)}[x \log \pi(z) + (1 - x) \log(1 - \pi(z))] $$
"""
AFTERWARDS = r"""
$$
\mathrm{KL}(q \,\|\, p) = \log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2\sigma_2^2} - \frac12
$$

where $q(z) = \mathcal{N}(\mu_1, \sigma_1^2)$ and $p(z) = \mathcal{N}(\mu_2, \sigma_2^2)$,
with $\sigma_1, \sigma_2 > 0$.
"""


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


@pytest.mark.parametrize(
    ("note", "right", "slip"),
    [
        (VAE, "(1 + ", "("),
        (REGRESSION, r"\tau^2 x^2", r"\tau x^2"),
        (MIXTURE, r"\mathrm{KL}(q(c) \,\|\, p(c \mid x))", r"\mathrm{KL}(p(c \mid x) \,\|\, q(c))"),
        (BINARY, "0.41", "0.14"),
        (DIFFUSION, r"(1 - \bar\alpha_t) I) $$", r"(1 - \alpha_t) I) $$"),
        (NOISE, r"(\mu + \sigma \epsilon)^2", r"(\mu + \sigma^2 \epsilon)^2"),
        (FACTORS, r"\frac{s^2}{w^2 + s^2}", r"\frac{w^2}{w^2 + s^2}"),
        (FIELD, "+ H[q_2", "- H[q_2"),
        (DECODER, "+ (1 - x)", "- (1 - x)"),
        (AFTERWARDS, r"- \frac12", r"+ \frac12"),
    ],
    ids=["vae", "regression", "mixture", "binary", "diffusion", "noise", "factors", "field", "decoder", "afterwards"],
)
def test_a_note_with_its_model_in_sentences(note: str, right: str, slip: str) -> None:
    assert right in note
    assert outcomes(note) == ["proved"]
    assert outcomes(note.replace(right, slip)) == ["refuted"]


CASES = r"""
$$ \log p(x) = \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)] + \mathrm{KL}(q(z) \,\|\, p(z \mid x)) $$

If $q(z) = p(z \mid x)$, the bound is tight:

$$ \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)] = \log p(x) $$
"""


def test_a_case_is_over_with_its_display() -> None:
    line = r"$$ \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)] = \log p(x) $$"
    assert outcomes(CASES) == ["proved", "proved"]
    assert outcomes(f"{CASES}\nIn general it is not:\n\n{line}\n") == ["proved", "proved", "refuted"]
    assert outcomes(CASES.replace(r"= \log p(x) $$", r"= 2 \log p(x) $$")) == ["proved", "refuted"]


def test_one_dimension() -> None:
    line = r"$$ -\mathrm{KL}(q(z \mid x) \,\|\, p(z)) = \frac12 (1 + \log \sigma_1^2 - \mu_1^2 - \sigma_1^2) $$"
    assert outcomes(f"{VAE}\nIn one dimension, say $J = 1$, this is\n\n{line}\n")[1] != "refuted"
    assert outcomes(f"{VAE}\nIn general this is\n\n{line}\n") == ["proved", "refuted"]


def test_a_display_that_contradicts_a_sentence_is_refuted() -> None:
    again = r"$$ q(z) = \mathcal{N}(z; \mu, \sigma) $$"
    assert outcomes(NOISE + again) == ["proved", "refuted"]
    assert outcomes(NOISE + again.replace(r"\sigma)", r"\sigma^2)")) == ["proved", "definition"]


def test_the_report_says_what_was_taken_in() -> None:
    report = check_text(NOISE, "note.md")
    (file,) = report.as_dict()["files"]
    assert [(item["line"], item["text"], item["scope"]) for item in file["taken_in"]] == [
        (2, r"q(z) = \mathcal{N}(z; \mu, \sigma^2)", None),
        (2, r"\sigma > 0", None),
        (2, r"\epsilon \sim \mathcal N(0, 1)", None),
    ]


def test_laws_of_draws_in_directives() -> None:
    text = r"""
<!-- symelbo: assume z \sim \mathcal N(0, I), x \mid z \sim \mathcal N(z, I) -->

$$ p(x) = \mathcal N(x; 0, 2 I) $$
"""
    assert outcomes(text) == ["proved"]
    assert outcomes(text.replace("2 I", "3 I")) == ["refuted"]


FLOW = r"""
Let $u \sim \mathcal N(0, 1)$ and $x = a u + b$ with $a > 0$. The density is

$$ \log p(x) = -\frac12 \log (2\pi) - \frac{(x-b)^2}{2a^2} - \log a $$
"""


def test_what_a_variable_is_made_of() -> None:
    assert outcomes(FLOW) == ["proved"]
    assert outcomes(FLOW.replace(r"- \log a", r"+ \log a")) == ["refuted"]
    unsaid = FLOW.replace(" and $x = a u + b$", "")
    (claim,) = check_text(unsaid).claims
    assert claim.outcome.value == "unknown"
    assert "how a, b belongs to p" in (claim.note or "")


def test_what_a_sentence_concludes_is_not_given_but_nothing_that_follows_is_refuted() -> None:
    text = r"""
By independence we get $p(x, y) = p(x)\, p(y)$.

$$ \log p(x, y) = \log p(x) + \log p(y) $$
"""
    (claim,) = check_text(text).claims
    assert claim.outcome.value == "unknown"
    assert r"$p(x, y) = p(x)\, p(y)$ in line 2; if that is given" in (claim.note or "")
    assert outcomes(text.replace("+", "-")) == ["refuted"]
    assert outcomes(text.replace("By independence we get", "Assume")) == ["proved"]


def test_components_at_a_running_state() -> None:
    text = r"""
Let $p(z = k) = \pi_k$ and $p(x \mid z = k) = \mathcal{N}(x; \mu_k, \sigma_k^2)$.

$$ p(x) = \sum_{k=1}^K \pi_k \mathcal{N}(x; \mu_k, \sigma_k^2) $$
"""
    assert outcomes(text) == ["proved"]
    assert outcomes(text.replace(r"_k^2) $$", r"_k) $$")) == ["refuted"]


COPIES = r"""
Prior: $\mu \sim N(m_0, s_0^2)$. Likelihood: $x_i \mid \mu \sim N(\mu, \sigma^2)$, independent for all $i$.

$$
p(\mu \mid x) = N(\mu; \frac{\sigma^2 m_0 + s_0^2 x}{\sigma^2 + s_0^2}, \frac{\sigma^2 s_0^2}{\sigma^2 + s_0^2})
$$
"""


def test_a_law_of_every_copy_is_the_law_of_one() -> None:
    assert outcomes(COPIES) == ["proved"]
    assert outcomes(COPIES.replace("m_0 + s_0^2 x", "x + s_0^2 m_0")) == ["refuted"]


def test_a_law_with_a_drawn_name_in_its_parameters_is_given_that_name() -> None:
    text = r"""
The latent has prior $z \sim \mathcal{N}(0, 1)$; given $z$, $x \sim \mathcal{N}(w z, s^2)$.

$$ p(x) = \mathcal{N}(x; 0, w^2 + s^2) $$
"""
    assert outcomes(text) == ["proved"]
    assert outcomes(text.replace("w^2 + s^2)", "w^2 - s^2)")) == ["refuted"]


def test_a_scale_given_by_its_square() -> None:
    text = r"""
Let $q(z) = \mathcal{N}(z; 0, \sigma^2)$ with $\sigma^2 = 1 - \beta$.

$$ \mathbb{E}_{q(z)}[z^2] = 1 - \beta $$
"""
    assert outcomes(text) == ["proved"]
    assert outcomes(text.replace(r"1 - \beta $$", r"\beta $$")) == ["refuted"]


def test_names_that_only_a_law_explains_refute_nothing() -> None:
    text = r"""
Let $p(z) = \mathcal{N}(z; 0, 1)$ and $p(x \mid z) = \mathcal{N}(x; z, 1)$. The posterior is
$p(z \mid x) = \mathcal{N}(z; m, v)$.

$$ \mathbb{E}_{p(z \mid x)}[z] = m $$
"""
    assert outcomes(text) == ["unknown"]
    assert outcomes(text.replace("= m $$", "= x $$")) == ["refuted"]


def test_the_next_example_has_its_own_number() -> None:
    text = r"""
Let $q(z) = \mathcal{N}(z; 0, s^2)$ with $s > 0$. Let $c = 2$.

$$ \mathbb{E}_{q(z)}[c z^2] = 2 s^2 $$

Now let $c = 3$.

$$ \mathbb{E}_{q(z)}[c z^2] = 3 s^2 $$
"""
    assert outcomes(text) == ["proved", "proved"]
    assert outcomes(text.replace("= 3 s^2", "= 2 s^2")) == ["proved", "refuted"]


def test_a_stored_report_keeps_what_was_taken_in() -> None:
    from symelbo.checking.batch.stored import from_plain, to_plain

    (file,) = check_text(NOISE, "note.md").files
    assert from_plain(to_plain(file), "note.md").taken_in == file.taken_in


FAMILY = r"""
Let $p(z) = \mathcal{N}(z; 0, 1)$ and $p(x \mid z) = \mathcal{N}(x; z, 1)$. So $p(x) = \mathcal{N}(x; 0, 3)$.

If we use $q(z \mid x) = \mathcal{N}(z; a x, s^2)$ with $s > 0$, the mean is

$$ \mathbb{E}_{q(z \mid x)}[z] = a x $$

It is exact for $a = 1/2$:

$$ \mathbb{E}_{q(z \mid x)}[z] = \mathbb{E}_{p(z \mid x)}[z] $$
"""


def test_a_law_given_in_passing_may_be_meant_further_down() -> None:
    assert outcomes(FAMILY) == ["proved", "unknown"]
    assert outcomes(FAMILY.replace("a = 1/2", "a = 1/3")) == ["proved", "refuted"]


def test_a_wrong_conclusion_in_a_sentence_shields_nothing_else() -> None:
    more = r"$$ p(z \mid x) = \mathcal{N}(z; x/2, 1/2) $$"
    assert outcomes(FAMILY + more) == ["proved", "unknown", "proved"]
    assert outcomes(FAMILY + more.replace("x/2", "x/3")) == ["proved", "unknown", "refuted"]
    assert outcomes(FAMILY + r"$$ p(x) = \mathcal{N}(x; 0, 3) $$")[-1] != "proved"


@pytest.mark.parametrize(
    "model",
    ["Let p(z) = N(z; 0, 1).\nSuppose that q(z) = N(z; m, s^2)\n", "Let $p(z) = N(0, 1)$ and $q(z) = N(m, s^2)$.\n"],
    ids=["lines", "dollars"],
)
def test_sentences_of_plain_text(model: str) -> None:
    claim = "\nKL(q(z) || p(z)) = (m^2 + s^2 - 1 - log(s^2))/2\n"
    assert [c.outcome.value for c in check_text(model + claim, "note.txt").claims] == ["proved"]
    assert [c.outcome.value for c in check_text(model + claim.replace("- 1", "+ 1"), "note.txt").claims] == ["refuted"]


@pytest.mark.parametrize("lead", ["The model factorises as", "The joint is defined for all steps as", "And we use"])
def test_verbs_that_introduce_a_factorisation(lead: str) -> None:
    given = f"{lead} $p(x_{{1:T}}, z_{{1:T}}) = \\prod_{{t=1}}^T p(z_t | z_{{t-1}}) p(x_t | z_t)$.\n\n"
    claim = "$$ p(z_{t+1} | x_{1:t}) = \\int p(z_{t+1} | z_t) p(z_t | x_{1:t}) dz_t $$\n"
    texts = (given + claim, given + claim.replace("1:t})", "1:T})"))
    found = [claim.outcome.value for text in texts for claim in check_text(text).claims]
    assert found == ["proved", "refuted"]


def test_an_identity_that_is_only_reminded_of_is_not_given() -> None:
    text = "We use the identity $p(x, z) = p(x) p(z)$.\n\n$$ \\log p(x, z) = \\log p(x) + \\log p(z) $$\n"
    assert [claim.outcome.value for claim in check_text(text).claims] == ["unknown"]


def test_a_model_whose_parameters_are_left_out_here_and_there() -> None:
    model = "Let $p_\\theta(x, z) = p_\\theta(x | z) p(z)$.\n\n$$ \\log p_\\theta(x) %s KL(q(z|x) \\| p(z|x)) = %s $$\n"
    bound = "E_{q(z|x)}[\\log p(x, z) - \\log q(z|x)]"
    found = [claim.outcome.value for sign in "-+" for claim in check_text(model % (sign, bound)).claims]
    assert found == ["proved", "refuted"]


def test_a_model_that_is_compared_with_the_data_is_another_family() -> None:
    text = "$$ KL(p(x, z) \\| p_\\theta(x, z)) = 0 $$\n"
    assert [claim.outcome.value for claim in check_text(text).claims] == ["refuted"]


def test_sentences_between_the_rows_of_a_display() -> None:
    note = (
        "\\begin{align}\n\\intertext{With $z = \\mu + \\sigma \\epsilon$, where $\\epsilon \\sim N(0, 1)$:}\n"
        "\\nabla_\\mu E_{q(z)}[z^2] &= 2 \\mu \\\\\n\\nabla_\\sigma E_{q(z)}[z^2] &= %s \\sigma\n\\end{align}\n"
    )
    found = [[claim.outcome.value for claim in check_text(note % factor).claims] for factor in "23"]
    assert found == [["proved", "proved"], ["proved", "refuted"]]
