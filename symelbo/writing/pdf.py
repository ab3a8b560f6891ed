"""PDF by whatever TeX is installed: latexmk, tectonic or pdflatex."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from symelbo.errors import NotSupported

__all__ = ["pdf"]

_PROGRAMS: Final = (
    ("latexmk", ("-pdf", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")),
    ("tectonic", ("--untrusted",)),
    ("pdflatex", ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")),
)
_SECONDS: Final = 120


def pdf(source: str) -> bytes:
    """The PDF of a whole LaTeX file.

    Raises `NotSupported` when no TeX is installed, or when it does not accept the file (with its own words).
    """
    for program, options in _PROGRAMS:
        found = shutil.which(program)
        if found is not None:
            return _compiled(found, options, source)
    raise NotSupported(
        "PDF needs latexmk, tectonic or pdflatex, and none of them is installed; install one, or write .tex or .html"
    )


def _compiled(program: str, options: tuple[str, ...], source: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "derivation.tex").write_text(source, encoding="utf-8")
        try:
            ended = subprocess.run(
                [program, *options, "derivation.tex"], cwd=folder, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise NotSupported(f"{program} did not finish within {_SECONDS} seconds") from None
        made = Path(folder) / "derivation.pdf"
        if ended.returncode != 0 or not made.exists():
            said = [line for line in ended.stdout.decode(errors="replace").splitlines() if line.startswith("!")]
            raise NotSupported(f"{program} could not make a PDF: {' '.join(said)[:300] or 'it gave no reason'}")
        return made.read_bytes()
