"""Fenced `symelbo` blocks in Markdown: every line is a claim, a directive, or goes on with the line before."""

from __future__ import annotations

from symelbo.checking import check_text

BLOCK = """Text.

```symelbo
assume p(x, z, y) = p(z) p(x | z) p(y | z)
symelbo: latent z

p(y | x, z) = p(y | z)
log p(x) = log p(x, z)
  - log p(z | x)
  = log p(x, z) + log p(z | x)
\\log p(x) = \\log p(x, z) - \\log p(z \\mid x)
```
"""


def test_every_line_is_read() -> None:
    report = check_text(BLOCK, "docs.md")
    assert not report.files[0].problems
    assert [(claim.line, claim.outcome.value) for claim in report.claims] == [
        (7, "proved"),
        (8, "proved"),
        (10, "refuted"),
        (11, "proved"),
    ]


def test_without_the_assumption_the_claim_is_refuted() -> None:
    report = check_text(BLOCK.replace("assume p(x, z, y) = p(z) p(x | z) p(y | z)\n", ""), "docs.md")
    assert next(iter(report.claims)).outcome.value == "refuted"


def test_a_line_that_is_neither_is_said() -> None:
    (claim,) = check_text("```symelbo\np(x) = (\n```\n", "docs.md").claims
    assert claim.outcome.value == "unread"
