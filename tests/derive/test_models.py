"""Models of one's own: their bound in terms, and what is wrong with a model that is none."""

from __future__ import annotations

import os

import pytest
from derive.derivation_trips import assert_read_back
from derive.random_models import random_model

from symelbo import derive
from symelbo.errors import DerivationError

LATENT_THREE = "p(x, z1, z2, z3) = p(z3) p(z2 | z3) p(z1 | z2) p(x | z1)"
COUNT = min(200, int(os.environ.get("SYMELBO_SOUNDNESS", "4")))

BOUNDS = [
    (
        "p(x, z) = p(z) p(x | z); q(z | x)",
        "E_{q(z | x)}[log p(x | z)] − KL(q(z | x) ‖ p(z))",
    ),
    (
        "p(x, z1, z2) = p(z2) p(z1 | z2) p(x | z1); q(z1, z2 | x) = q(z2 | x) q(z1 | z2, x)",
        "E_{q(z_1 | x)}[log p(x | z_1)] − KL(q(z_2 | x) ‖ p(z_2)) − E_{q(z_2 | x)}[KL(q(z_1 | z_2, x) ‖ p(z_1 | z_2))]",
    ),
    (  # from below: z_1 given z_2 is not a factor of q, so there is no divergence for it
        "p(x, z1, z2) = p(z2) p(z1 | z2) p(x | z1); q(z1, z2 | x) = q(z1 | x) q(z2 | z1)",
        "E_{q(z_1 | x)}[log p(x | z_1)] − E_{q(z_1 | x)}[KL(q(z_2 | z_1) ‖ p(z_2))]"
        " + E_{q(z_1, z_2 | x)}[log p(z_1 | z_2)] + H[q(z_1 | x)]",
    ),
    (  # mean field: the divergence still needs an average over what the prior is given
        "p(x, z1, z2) = p(z2) p(z1 | z2) p(x | z1, z2); q(z1, z2 | x) = q(z1 | x) q(z2 | x)",
        "E_{q(z_1, z_2 | x)}[log p(x | z_1, z_2)] − KL(q(z_2 | x) ‖ p(z_2))"
        " − E_{q(z_2 | x)}[KL(q(z_1 | x) ‖ p(z_1 | z_2))]",
    ),
    (  # nothing is known of q: one divergence to the prior of all
        "p(x, z1, z2) = p(z2) p(z1 | z2) p(x | z1); q(z1, z2 | x)",
        "E_{q(z_1 | x)}[log p(x | z_1)] − KL(q(z_1, z_2 | x) ‖ p(z_2) p(z_1 | z_2))",
    ),
    (  # a covariate, and data that no latent variable explains
        "p(x, y, z | c) = p(z | c) p(x | z) p(y | x); q(z | x, y, c)",
        "E_{q(z | x, y, c)}[log p(x | z)] + log p(y | x) − KL(q(z | x, y, c) ‖ p(z | c))",
    ),
]


def plain(term):
    from symelbo.writing.compose import compose
    from symelbo.writing.plain import to_plain

    return to_plain(compose(term))


@pytest.mark.parametrize(("text", "bound"), BOUNDS, ids=[text for text, _ in BOUNDS])
def test_the_terms_of_a_bound(text, bound):
    made = derive.elbo(derive.model(text))
    assert plain(made.result) == bound
    assert_read_back(made, "md", "terse")


@pytest.mark.parametrize("seed", range(COUNT))
def test_random_models(seed):
    made = derive.elbo(derive.model(random_model(seed, 4 if seed % 4 == 1 else 3)))
    style, detail = (("md", "terse"), ("tex", "detailed"), ("text", "terse"), ("md", "detailed"))[seed % 4]
    assert_read_back(made, style, detail)


WRONG = [
    (
        f"{LATENT_THREE.replace('x | z1', 'x | z1, z4')}; q(z1, z2, z3 | x)",
        r"the factor p\(x \| z_1, z_4\) depends on z_4",
    ),
    (f"{LATENT_THREE.replace('p(z3)', 'p(z3 | z1)')}; q(z1, z2, z3 | x)", r"p\(z_3 \| z_1\).* in a circle"),
    (f"{LATENT_THREE.replace('p(z1 | z2)', '')}; q(z1, z2, z3 | x)", "no factor models z_1"),
    (f"{LATENT_THREE} p(z2); q(z1, z2, z3 | x)", r"p\(z_2 \| z_3\) and p\(z_2\) both model z_2"),
    (f"{LATENT_THREE}; q(z1, z2 | x)", "has no factor for z_3"),
    (f"{LATENT_THREE}; q(z1, z2, z3 | x) = q(z1 | x, z3) q(z2 | z1) q(z3 | z2)", r"q\(z_1 \| .*z_3\).* in a circle"),
    (f"{LATENT_THREE}; q(z1, z2, z3 | y)", "depends on y, which is not observed"),
    (f"{LATENT_THREE}; q(z1, z2, w | x)", "density of w, which is not in"),
    (LATENT_THREE, "names no approximate posterior"),
    ("p(x, z) = p(z) + p(x | z); q(z | x)", "is not a density"),
    ("p(x, z) = p(z; q(z | x)", "cannot be read"),
    ("three latents please", "not about a density"),
    ("", "the model is empty"),
    (r"p(x_{1:T}, z_{1:T}) = \prod_{t=1}^{T} p(x_t \mid z_t); q(z_{1:T} \mid x_{1:T})", "no factor models z_1"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[text for text, _ in WRONG])
def test_what_is_wrong_with_a_model_is_named(text, words):
    with pytest.raises(DerivationError, match=words):
        derive.model(text)


def test_a_model_from_a_file(tmp_path):
    path = tmp_path / "model.md"
    path.write_text(
        "Mine:\n\n<!-- symelbo: assume p(x, w) = p(w) p(x \\mid w) -->\n\n"
        "$$\nq(w \\mid x) = q(w)\n$$\n\n$$\n\\log p(x) \\ge 0\n$$\n"
    )
    made = derive.Model.read(path)
    assert plain(derive.elbo(made).result) == "E_{q(w)}[log p(x | w)] − KL(q(w) ‖ p(w))"
    path.write_text("Nothing here.\n")
    with pytest.raises(DerivationError, match="says nothing about its densities"):
        derive.Model.read(path)
    with pytest.raises(DerivationError, match="is not a document"):
        derive.Model.read(tmp_path / "model.py")


def test_a_sequence_is_checked_for_every_length():
    text = (
        r"p(x_{1:T}, z_{1:T}) = p(z_1) p(x_1 \mid z_1) \prod_{t=2}^{T} p(z_t \mid z_{t-1}) p(x_t \mid z_t); "
        r"q(z_{1:T} \mid x_{1:T}) = q(z_1 \mid x_{1:T}) \prod_{t=2}^{T} q(z_t \mid z_{t-1}, x_{1:T})"
    )
    made = derive.model(text)
    assert len(made.factors) == 4 and made.factors[2].index is not None
    with pytest.raises(DerivationError, match=r"depends on z_5"):
        derive.model(text.replace(r"p(z_t \mid z_{t-1})", r"p(z_t \mid z_{t+1})"))
