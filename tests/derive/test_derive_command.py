"""`symelbo derive` on the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from symelbo.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["derive", *arguments], catch_exceptions=False)


def test_names_are_listed():
    listed = run().output
    for name in ("elbo", "gap", "split", "tight", "forward-kl", "gaussian-kl", "vae", "reparameterisation", "iwae"):
        assert f"\n{name} " in f"\n{listed}"
    for name in ("hierarchical", "state-space", "diffusion", "flow"):
        assert f"\n{name} " in f"\n{listed}"


def test_the_bound_as_a_person_writes_it():
    lines = run("elbo", "--by", "jensen", "--no-reasons").output.splitlines()
    assert lines[2:4] == [
        "log p(x) = log E_{q(z | x)}[p(x, z) / q(z | x)]",
        "         ≥ E_{q(z | x)}[log (p(x, z) / q(z | x))]",
    ]


def test_options():
    named = run("gap", "--latent", "h", "--data", "v", "--p", r"p_\theta", "--q", "r", "--to", "latex").output
    assert r"\log p_\theta(v)" in named and r"r(h \mid v)" in named
    assert "∑_z" in run("elbo", "--discrete", "--detailed").output
    assert "∫" in run("elbo", "--detailed").output
    assert r"\underbrace" not in run("split", "--to", "md", "--no-names").output
    assert "```{math}" in run("tight", "--to", "myst").output


def test_the_name_of_the_file_says_the_format(tmp_path):
    for ending, head in (("md", "# The bound"), ("tex", r"\documentclass"), ("html", "<!DOCTYPE html>")):
        path = tmp_path / f"vae.{ending}"
        assert run("vae", "-o", str(path)).output == ""
        assert path.read_text(encoding="utf-8").startswith(head)


def test_a_model_from_a_file_or_from_the_line(tmp_path):
    text = "p(x, w) = p(w) p(x | w); q(w | x)"
    (tmp_path / "model.txt").write_text("symelbo: assume p(x, w) = p(w) p(x | w)\nq(w | x) = q(w)\n")
    assert "− KL(q(w | x) ‖ p(w))" in run("elbo", "--model", text).output
    assert "− KL(q(w) ‖ p(w))" in run("elbo", "--model", str(tmp_path / "model.txt")).output


WRONG = [
    (("bound",), "there is no derivation 'bound'; choose one of elbo"),
    (("elbo", "--by", "luck"), "there is no route 'luck'"),
    (("gap", "--by", "kl"), "--by is a way to the bound"),
    (("vae", "--model", "p(x, z) = p(z) p(x | z); q(z | x)"), "'vae' is about a model of its own"),
    (("forward-kl", "--latent", "h"), "'forward-kl' has no --latent"),
    (("elbo", "--model", "p(x, z) = p(z) p(x | z); q(z | x)", "--q", "r"), "with --model, write it there"),
    (("elbo", "--model", "p(x, z1, z2) = p(z1 | z2) p(z2 | z1) p(x | z1); q(z1, z2 | x)"), "in a circle"),
    (("elbo", "--model", "absent.md"), "cannot be read"),
    (("elbo", "--to", "pdf"), "name it with --output"),
    (("elbo", "-o", "bound.doc"), "names no format"),
    (("elbo", "--latent", "(("), "cannot be read"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[" ".join(arguments)[:50] for arguments, _ in WRONG])
def test_wrong_wishes_are_answered_in_a_sentence(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ") and words in result.output
