"""Markdown with formulas in dollars, as the other formats want it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Final

__all__ = ["to_html", "to_latex", "to_plain"]

_FORMULA: Final = re.compile(r"\$\$\n?(.*?)\n?\$\$|\$(.+?)\$", re.DOTALL)


def _translated(
    text: str, words: Callable[[str], str], inline: Callable[[str], str], display: Callable[[str], str]
) -> str:
    parts, position = [], 0
    for match in _FORMULA.finditer(text):
        parts.append(words(text[position : match.start()]))
        parts.append(display(match[1]) if match[1] is not None else inline(match[2]))
        position = match.end()
    return "".join([*parts, words(text[position:])])


def to_latex(text: str) -> str:
    """The body of a LaTeX document."""
    escapes = str.maketrans({"%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_"})
    return _translated(
        text, lambda words: words.translate(escapes), lambda tex: f"${tex}$", lambda tex: f"\\[\n{tex}\n\\]"
    )


def to_html(text: str) -> str:
    r"""Paragraphs of HTML with formulas in `\(...\)` and `\[...\]`, which Moodle and Anki set."""
    html = _translated(text, escape, lambda tex: rf"\({escape(tex)}\)", lambda tex: rf"\[{escape(tex)}\]")
    return "".join(f"<p>{part.strip()}</p>" for part in re.split(r"\n\s*\n", html) if part.strip())


_SYMBOLS: Final = {
    r"\mathbb{E}": "E",
    r"\mathrm{KL}": "KL",
    r"\mathrm{H}": "H",
    r"\text{ELBO}": "ELBO",
    r"\log": "log",
    r"\mid": "|",
    r"\|": "‖",
    r"\int": "∫",
    r"\cdot": "·",
    r"\ge": "≥",
    r"\le": "≤",
    r"\approx": "≈",
    r"\theta": "θ",
    r"\phi": "φ",
    r"\sum": "Σ",
    r"\qquad": "   ",
    r"\quad": "  ",
    r"\left": "",
    r"\right": "",
    r"\,": " ",
    r"\ ": " ",
}
_SYMBOL: Final = re.compile(
    "|".join(
        rf"{re.escape(tex)}(?![A-Za-z])" if tex[-1].isalpha() else re.escape(tex)
        for tex in sorted(_SYMBOLS, key=len, reverse=True)
    )
)
_FRACTION: Final = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_ENVIRONMENT: Final = re.compile(r"\\(?:begin|end)\{aligned\}\n?|&")


def to_plain(text: str) -> str:
    r"""Text for a terminal.

    >>> to_plain(r"Compute $\log \frac{p(x, z)}{q(z \mid x)}$.")
    'Compute log (p(x, z))/(q(z | x)).'
    """
    return _translated(
        text, str, _plain, lambda tex: "\n".join(f"    {line.strip()}" for line in _plain(tex).split("\n"))
    )


def _plain(tex: str) -> str:
    tex = _SYMBOL.sub(lambda match: _SYMBOLS[match[0]], _ENVIRONMENT.sub("", tex))
    while _FRACTION.search(tex):
        tex = _FRACTION.sub(r"(\1)/(\2)", tex)
    tex = re.sub(r"_\{([^{}]*)\}", r"_\1", tex).replace(r"\\", "")
    return re.sub(r"  +", "  ", tex).strip()
