"""From a derivation to its text, and back through the check."""

from __future__ import annotations

from symelbo import derive
from symelbo.checking.check import check_text

ENDINGS = {"text": "txt", "latex": "tex", "tex": "tex", "md": "md", "myst": "md"}


def assert_read_back(made: derive.Derivation, style: str, detail: str) -> None:
    """Every line of what is written is proved by the check, and there is one claim for each."""
    text = made.write(style, detail=detail)
    report = check_text(text, f"notes.{ENDINGS[style]}")
    lines = sum(len(list(chain.lines(detail))) for chain in made.chains)
    assert report.exit_code(strict=True) == 0, f"{report}\n{text}"
    assert report.summary["proved"] == lines, f"{report.summary}\n{text}"
