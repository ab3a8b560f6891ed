"""The booklet: every row with its badge, nothing from elsewhere, and a build that fails where a line does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from symelbo.booklet import make_book
from symelbo.cli import main
from symelbo.errors import SymelboError

GOOD = r"""---
title: The product rule
source: Bayes (1763)
derive: gap; elbo --by jensen
---
# A heading

Let $z$ be latent & <b>bold</b>.

<!-- symelbo: assume p(x, z, y) = p(z)\, p(x \mid z)\, p(y \mid z) -->

$$
\begin{aligned}
\log p(x, z) &= \log p(z) + \log p(x \mid z) \\
 &= \log p(x) + \log p(z \mid x)
\end{aligned}
$$

| a | b |
|---|---|
| 1 | 2 |

$$ \int f $$
"""
BAD = "# Wrong\n\n$$\\log p(x, z) = \\log p(z) - \\log p(x \\mid z)$$\n"


def test_rows_are_shown_with_badges_and_reasons(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    book = make_book(tmp_path, "My <notes>")
    assert book.failures == () and book.counts["proved"] >= 2
    assert "My &lt;notes&gt;" in book.html and "<b>bold</b>" not in book.html
    assert book.html.count('class="badge proved"') == 2
    assert "Source: Bayes (1763)." in book.html and "Assume <math" in book.html
    assert book.html.count("Derived by the program") == 2
    assert "Jensen" in book.html, "what the program derives stands beside"
    assert "<td>1</td>" in book.html and "symelbo:" not in book.html


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    html = make_book(tmp_path).html.replace("http://www.w3.org/1998/Math/MathML", "")
    for mark in ("http:", "https:", "<script", "<link", "@import", "url("):
        assert mark not in html


def test_a_line_that_is_not_proved_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(BAD)
    run = CliRunner().invoke(main, ["booklet", str(tmp_path), "-o", str(tmp_path / "b.html")])
    assert run.exit_code == 1 and "bad.md:3:16: refuted" in run.output
    assert 'class="badge refuted"' in (tmp_path / "b.html").read_text()


def test_an_announced_slip_is_fine(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("<!-- symelbo: expect refuted -->\n" + BAD.partition("\n\n")[2])
    assert make_book(tmp_path).failures == ()


@pytest.mark.parametrize("field", ["nothing", "elbo --model x", "gap --by"])
def test_a_derivation_that_there_is_not_is_said(tmp_path: Path, field: str) -> None:
    (tmp_path / "good.md").write_text(GOOD.replace("gap; elbo --by jensen", field))
    with pytest.raises(SymelboError):
        make_book(tmp_path)


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["booklet", str(tmp_path)])
    assert run.exit_code == 1 and "no Markdown document" in run.output


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium, which prints the page, is not installed")
def test_a_booklet_as_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Sum\n\n$$\\log p(x, z) = \\log p(z) + \\log p(x \\mid z)$$\n", encoding="utf-8")
    made = tmp_path / "book.pdf"
    ended = CliRunner().invoke(main, ["booklet", str(tmp_path), "-o", str(made)])
    assert ended.exit_code == 0, ended.output
    assert made.read_bytes().startswith(b"%PDF-")


def test_a_pdf_without_a_browser_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("# Sum\n\n$$p(x, z) = p(z) p(x \\mid z)$$\n", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = CliRunner().invoke(main, ["booklet", str(tmp_path), "-o", str(tmp_path / "book.pdf")])
    assert ended.exit_code == 1
    assert "needs Chromium" in ended.output and not (tmp_path / "book.pdf").exists()
