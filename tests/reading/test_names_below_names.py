"""What stands below a name is part of it with all that is written on it; the number of a functional is no argument."""

from __future__ import annotations

from symelbo.checking import check_text


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


def test_indices_and_accents_of_a_letter_below_tell_names_apart() -> None:
    assert outcomes(r"$$ z_{\phi_s} = a + b $$ and $$ z_{\phi_t} = a + b + 1 $$") == ["definition", "definition"]
    known = r"Let $z_{\phi_s} = a$ and $z_{\phi_t} = b$." + "\n\n$$ z_{\\phi_s} - z_{\\phi_t} = %s $$"
    assert [outcomes(known % right) for right in ("a - b", "0")] == [["proved"], ["refuted"]]
    known = r"Let $m_{\hat\theta} = a$ and $m_{\theta} = b$." + "\n\n$$ m_{\\hat\\theta} - m_\\theta = %s $$"
    assert [outcomes(known % right) for right in ("a - b", "0")] == [["proved"], ["refuted"]]


def test_a_functional_with_a_number_is_not_the_one_of_an_argument() -> None:
    text = r"""
$$ \mathcal{L}(x) = \mathbb{E}_{q(h|x)}\left[\log \frac{p(x,h)}{q(h|x)}\right] $$

With independent samples $h_1, \ldots, h_k$ from $q(h|x)$,

$$ \mathcal{L}_k(x) = \mathbb{E}_{h_1,\ldots,h_k \sim q(h|x)}\left[\log \frac{1}{k} \sum_{i=1}^k
   \frac{p(x,h_i)}{q(h_i|x)}\right] $$

For all $k$, $\mathcal{L}_{k+1} \geq \mathcal{L}_k$.

$$ \mathcal{L}_k = \mathbb{E}_{h_1,\ldots,h_k \sim q(h|x)}\left[\log \frac{1}{k} \sum_{i=1}^k
   \frac{p(x,h_i)}{q(h_i|x)}\right] $$

$$ \mathcal{L}(x) %s \log p(x) $$
"""
    assert "refuted" not in outcomes(text % r"\leq")
    assert outcomes(text % r"\geq")[-1] == "refuted"
