"""Names by their letters and scripts: what is part of a name, what counts, and what makes it a copy of another."""

from __future__ import annotations

from dataclasses import dataclass

from symelbo.reading.parsing import syntax as sx

__all__ = [
    "GREEK",
    "FamilyKey",
    "Scripts",
    "base_text",
    "family_key",
    "functional_key",
    "is_index",
    "is_label",
    "is_parameter",
    "latex_of",
    "name_key",
    "numberless",
    "plain_key",
    "quantity_scripts",
    "split_scripts",
    "stripped",
]

_LETTERS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK = frozenset(_LETTERS.split())
_COMMANDS = GREEK | {"ell"}  # written as commands, and one letter all the same
_NAMING = GREEK | frozenset("PQXYZ")
_INDEX_LETTERS = frozenset("ijklmnstdc")
_ACCENT_COPIES = frozenset(("tilde", "hat"))
_FONTS = {"bold": "mathbf", "cal": "mathcal", "bb": "mathbb", "frak": "mathfrak", "script": "mathscr"}

FamilyKey = str


def latex_of(text: str) -> str:
    """A name's letters as LaTeX."""
    return "\\" + text if text in _COMMANDS else text if len(text) == 1 else rf"\mathrm{{{text}}}"


def name_key(name: sx.Name) -> str:
    """The letters, font and accents of a name in LaTeX, without scripts and primes."""
    text = latex_of(name.text)
    if name.font in _FONTS and name.text not in GREEK:
        text = rf"\{_FONTS[name.font]}{{{name.text}}}"
    for accent in name.accents:
        text = rf"\{accent}{{{text}}}"
    return text


@dataclass(frozen=True, slots=True)
class Scripts:
    """Scripts of a name sorted by what they do: indices count, words and labels tell names apart."""

    indices: tuple[sx.Node, ...]
    words: tuple[str, ...]
    primes: int
    label: str


def split_scripts(name: sx.Name) -> Scripts:
    """Sort the subscripts of a name into indices and words, and write its superscript label as text."""
    indices: list[sx.Node] = []
    words: list[str] = []
    for part in name.subscripts:
        if isinstance(part, sx.Text):
            words.append(part.words)
        elif isinstance(part, sx.Name) and (
            (len(part.text) > 1 and part.text not in _COMMANDS) or part.font in ("roman", "text", "cal")
        ):
            words.append(latex_of(part.text))
        else:
            indices.append(part)
    label = sx.outline(name.label) if name.label is not None else ""
    return Scripts(tuple(indices), tuple(words), name.primes, label)


def quantity_scripts(name: sx.Name) -> Scripts:
    r"""The scripts of a quantity; a Greek subscript, or a law's or a variable's capital, is part of its name.

    `\mu_\theta` is no entry number theta, and `\mu_Q` no entry number Q.
    """
    scripts = split_scripts(name)
    parts = [part for part in scripts.indices if isinstance(part, sx.Name) and part.text in _NAMING]
    if not parts:
        return scripts
    rest = tuple(part for part in scripts.indices if part not in parts)
    words = (*scripts.words, *map(_in_name, parts))
    return Scripts(rest, words, scripts.primes, scripts.label)


def _in_name(part: sx.Name) -> str:
    r"""A subscript as part of a name, with all that is written on it: `z_{\phi_s}` and `z_{\phi_t}` are two."""
    text = latex_of(part.text)
    for accent in part.accents:
        text = rf"\{accent}{{{text}}}"
    below = ",".join(map(sx.outline, part.subscripts))
    above = sx.outline(part.label) if part.label is not None else ""
    return text + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "") + "'" * part.primes


def plain_key(name: sx.Name) -> str:
    """A variable's name with its scripts as text, to compare names by."""
    return sx.outline(name)


def base_text(name: sx.Name) -> str:
    """The name of a quantity's base: everything but its indices."""
    scripts = quantity_scripts(name)
    text = name_key(name) + ("_{" + ",".join(scripts.words) + "}" if scripts.words else "")
    return text + ("^{" + scripts.label + "}" if scripts.label else "") + "'" * scripts.primes


def family_key(name: sx.Name) -> FamilyKey:
    """What tells families apart: letter, accents, word subscripts and labels; index and parameter scripts do not."""
    scripts = split_scripts(name)
    labels = [*scripts.words, *(sx.outline(part) for part in scripts.indices if is_label(part))]
    label = ("^" + scripts.label if scripts.label else "") + "'" * scripts.primes
    return name_key(name) + ("_{" + ",".join(labels) + "}" if labels else "") + label


def functional_key(name: sx.Name) -> str:
    """A functional's name with all scripts that are not arguments: `\\mathcal{L}_K`, `L_{simple}`."""
    scripts = split_scripts(name)
    below = [*(sx.outline(part) for part in scripts.indices), *scripts.words]
    return (
        name_key(name)
        + ("_{" + ",".join(below) + "}" if below else "")
        + ("^" + scripts.label if scripts.label else "")
        + "'" * scripts.primes
    )


def numberless(name: sx.Name) -> sx.Name:
    r"""The name without its subscripts: `\mathcal{L}` for `\mathcal{L}_{K+1}`."""
    return sx.Name(name.text, name.font, name.accents, name.primes, (), name.label, span=name.span)


def stripped(name: sx.Name) -> sx.Name | None:
    """The name whose copy this one is: without primes, labels, tilde or hat, and words such as `old`; None if plain."""
    scripts = split_scripts(name)
    keep = tuple(
        part
        for part in name.subscripts
        if not isinstance(part, sx.Text)
        and not (isinstance(part, sx.Name) and len(part.text) > 1 and part.text not in _COMMANDS)
    )
    accents = tuple(a for a in name.accents if a not in _ACCENT_COPIES)
    if not (scripts.primes or scripts.label or scripts.words or accents != name.accents):
        return None
    return sx.Name(name.text, name.font, accents, 0, keep, None, span=name.span)


def is_label(part: sx.Node) -> bool:
    """Whether a family's subscript is a label (`p_D`, `p_X`), not a parameter (`p_\\theta`) or an index (`q_k`)."""
    return isinstance(part, sx.Name) and not is_parameter(part) and not is_index(part)


def is_parameter(part: sx.Node) -> bool:
    """Whether a family's subscript is a parameter: a Greek letter, a bold one, or a tuple of them."""
    return isinstance(part, sx.Name) and (part.text in GREEK or part.font == "bold" or part.text in ("w", "W"))


def is_index(part: sx.Node) -> bool:
    """Whether a family's subscript counts members of a collection."""
    return not isinstance(part, sx.Name) or (part.text in _INDEX_LETTERS or part.text in ("K", "T", "L", "N", "ell"))
