"""A document given back with its reasons is judged like the one before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from symelbo.checking.annotate import annotate, annotated
from symelbo.checking.check import check_text
from symelbo.checking.sources import Source
from symelbo.cli import main
from symelbo.errors import ReadingError
from symelbo.proof import Effort

ALIGNED = r"""
\begin{align}
\log p(x) &= \log \int p(x, z)\, dz \tag{1} \\ % marginal
  &= \log \int q(z \mid x)\, \frac{p(x, z)}{q(z \mid x)}\, dz && \text{one} \\
  &\ge \mathbb{E}_{q(z \mid x)}\left[\log p(x, z)\right] \\
  &\qquad - \mathbb{E}_{q(z \mid x)}\left[\log q(z \mid x)\right] , \\
  &= \log p(x) .
\end{align}
"""
AT_THE_END = r"""
\begin{align*}
\log p(x) = & \\
  & \log \int p(x, z)\, dz = \\
  & \log \int p(z)\, p(x \mid z)\, dz
\end{align*}
"""
SINGLE = "$$\n\\log p(x, z) = \\log p(z) + \\log p(x \\mid z) = \\log p(x) + \\log p(z \\mid x)\n$$\n"
PLAIN = """The bound:

log p(x) = log ∫ p(x, z) dz
         ≥ ∫ q(z | x) log (p(x, z) / q(z | x)) dz
         = log p(x)
"""
TEXTS = [(ALIGNED, "a.tex"), (AT_THE_END, "a.tex"), (SINGLE, "a.md"), (PLAIN, "a.txt")]


def outcomes(text, path):
    return [claim.outcome.value for claim in check_text(text, path).claims]


@pytest.mark.parametrize(("text", "path"), TEXTS, ids=["aligned", "signs at the end", "one row", "plain"])
def test_what_is_added_changes_no_verdict(text, path):
    made = annotated(Source(path, text), Effort())
    assert made != text
    assert outcomes(made, path) == outcomes(text, path)


def test_reasons_stand_at_the_end_of_their_rows():
    rows = annotated(Source("a.tex", ALIGNED), Effort()).splitlines()
    assert rows[2].startswith(r"\log p(x) &= \log \int p(x, z)\, dz \tag{1} && \text{(")
    assert rows[2].endswith(r"\\ % marginal")
    assert rows[3].count("&&") == 1 and r"\text{one} \qquad \text{(" in rows[3]
    assert "Jensen" not in rows[4] and "text" in rows[5], "a reason belongs to the end of a broken row"
    assert r"&& \boxed{\text{(WRONG" in rows[6]
    assert "WRONG" not in "".join(rows[:6])


def test_a_true_document_has_no_marks_and_a_false_one_has():
    slip = Path(__file__).parents[2] / "derivations" / "slips" / "plus-kl.md"
    good = Path(__file__).parents[2] / "derivations" / "split.md"
    assert "WRONG" in annotate(slip)
    assert "WRONG" not in annotate(good)


def test_the_command(tmp_path):
    (tmp_path / "a.tex").write_text(ALIGNED)
    done = CliRunner().invoke(main, ["annotate", str(tmp_path / "a.tex"), "-o", str(tmp_path / "b.tex")])
    assert done.exit_code == 0 and "WRONG" in (tmp_path / "b.tex").read_text()
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    refused = CliRunner().invoke(main, ["annotate", str(tmp_path / "n.ipynb")])
    assert refused.exit_code == 1 and "is a notebook" in refused.output
    with pytest.raises(ReadingError, match="no file"):
        annotate(tmp_path / "absent.md")
