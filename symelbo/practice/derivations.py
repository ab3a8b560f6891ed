"""Exercises about derivations: find the wrong line, order the lines, which direction."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from symelbo.practice.exercise import Exercise, Question

__all__ = ["direction", "order", "wrong_line"]


@dataclass(frozen=True, slots=True)
class _Slip:
    """What is written instead of what in a row, and why it is wrong."""

    row: int
    right: str
    wrong: str
    why: str


@dataclass(frozen=True, slots=True)
class _Chain:
    """A derivation with `X`, `Z`, `P`, `Q` for names: its rows, each with its sign, and slips that a person makes."""

    title: str
    rows: tuple[str, ...]
    slips: tuple[_Slip, ...]


_NAMES: Final = (("x", "z", "p", "q"), ("y", "h", "p", "q"), ("x", "u", r"p_\theta", r"q_\phi"), ("o", "s", "p", "r"))

_CHAINS: Final = (
    _Chain(
        "The bound by Jensen's inequality",
        (
            r"\log P(X)",
            r"= \log \int P(X, Z)\, dZ",
            r"= \log \mathbb{E}_{Q(Z \mid X)}\left[\frac{P(X, Z)}{Q(Z \mid X)}\right]",
            r"\ge \mathbb{E}_{Q(Z \mid X)}\left[\log \frac{P(X, Z)}{Q(Z \mid X)}\right]",
            r"= \mathbb{E}_{Q(Z \mid X)}[\log P(X \mid Z)] - \mathrm{KL}(Q(Z \mid X) \,\|\, P(Z))",
        ),
        (
            _Slip(2, r"\frac{P(X, Z)}{Q(Z \mid X)}", r"P(X, Z)", "the weight $Q(Z \\mid X)$ must be divided out again"),
            _Slip(3, r"\ge", r"\le", "the logarithm is concave: the average of logarithms is the smaller one"),
            _Slip(4, r"] - \mathrm{KL}", r"] + \mathrm{KL}", "the divergence to the prior is subtracted"),
            _Slip(4, r"\|\, P(Z))", r"\|\, P(Z \mid X))", "the divergence is to the prior, not to the posterior"),
        ),
    ),
    _Chain(
        "The gap of the bound",
        (
            r"\log P(X) - \mathbb{E}_{Q(Z)}\left[\log \frac{P(X, Z)}{Q(Z)}\right]",
            r"= \mathbb{E}_{Q(Z)}[\log P(X) - \log P(X, Z) + \log Q(Z)]",
            r"= \mathbb{E}_{Q(Z)}\left[\log \frac{Q(Z)}{P(Z \mid X)}\right]",
            r"= \mathrm{KL}(Q(Z) \,\|\, P(Z \mid X))",
            r"\ge 0",
        ),
        (
            _Slip(1, r"+ \log Q(Z)", r"- \log Q(Z)", "two minus signs make a plus"),
            _Slip(2, r"P(Z \mid X)", r"P(Z)", "Bayes' rule gives the posterior here, not the prior"),
            _Slip(
                3, r"Q(Z) \,\|\, P(Z \mid X)", r"P(Z \mid X) \,\|\, Q(Z)", "the average is under $Q$, which comes first"
            ),
            _Slip(4, r"\ge", r"\le", "a divergence is never negative"),
        ),
    ),
    _Chain(
        "The free energy",
        (
            r"\mathbb{E}_{Q(Z)}[\log P(X, Z)] + \mathrm{H}(Q(Z))",
            r"= \mathbb{E}_{Q(Z)}[\log P(Z \mid X)] + \log P(X) + \mathrm{H}(Q(Z))",
            r"= \log P(X) - \mathrm{KL}(Q(Z) \,\|\, P(Z \mid X))",
            r"\le \log P(X)",
        ),
        (
            _Slip(1, r"\log P(X) + \mathrm{H}", r"\log P(X) - \mathrm{H}", "the entropy is added"),
            _Slip(1, r"P(Z \mid X)", r"P(X \mid Z)", "what is left when $P(X)$ is taken out is the posterior"),
            _Slip(2, r" - \mathrm{KL}", r" + \mathrm{KL}", "the divergence makes the bound smaller"),
            _Slip(3, r"\le", r"\ge", "it is a lower bound"),
        ),
    ),
)

_COMPARED: Final = (
    (r"\log P(X)", r"\mathbb{E}_{Q(Z)}\left[\log \frac{P(X, Z)}{Q(Z)}\right]", r"\ge", "The ELBO is a lower bound."),
    (
        r"\log \mathbb{E}_{P(Z)}[P(X \mid Z)]",
        r"\mathbb{E}_{P(Z)}[\log P(X \mid Z)]",
        r"\ge",
        "Jensen: the log is concave.",
    ),
    (
        r"\mathbb{E}_{Q(Z)}[\log P(Z)]",
        r"\mathbb{E}_{Q(Z)}[\log Q(Z)]",
        r"\le",
        "Gibbs: a divergence is never negative.",
    ),
    (
        r"\log P(X)",
        r"\mathbb{E}_{Q(Z)}[\log P(X)]",
        "=",
        "What does not depend on $Z$ leaves the expectation as it is.",
    ),
    (
        r"\mathbb{E}_{Q(Z)}[\log P(X \mid Z)] - \mathrm{KL}(Q(Z) \,\|\, P(Z))",
        r"\log P(X)",
        r"\le",
        "The ELBO is a lower bound.",
    ),
    (
        r"\log P(X) - \mathrm{KL}(Q(Z) \,\|\, P(Z \mid X))",
        r"\mathbb{E}_{Q(Z)}[\log P(X, Z) - \log Q(Z)]",
        "=",
        "The gap is exactly the divergence to the posterior.",
    ),
)
_SIGNS: Final = (r"\le", "=", r"\ge")


def _named(text: str, names: tuple[str, str, str, str]) -> str:
    for letter, name in zip("XZPQ", names, strict=True):
        text = "".join(name if char == letter else char for char in text)
    return text


def _display(rows: list[str]) -> str:
    first, second, *rest = rows
    lines = [f"{first} &{second}", *(f" &{row}" for row in rest)]
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}\n$$"


def wrong_line(seed: int) -> Exercise:
    """A derivation with one slip; which line is wrong?"""
    dice = Random(f"wrong-line:{seed}")
    chain, names = dice.choice(_CHAINS), dice.choice(_NAMES)
    slip = dice.choice([slip for slip in chain.slips if slip.right in chain.rows[slip.row]])
    rows = list(chain.rows)
    rows[slip.row] = rows[slip.row].replace(slip.right, slip.wrong, 1)
    told = [_named(row, names) for row in rows]
    right = _named(chain.rows[slip.row], names)
    question = Question(
        "choice",
        "One line does not follow. Which one?",
        str(slip.row),
        f"Line {slip.row} is wrong: {_named(slip.why, names)}. It should be ${right}$.",
        "Check each line against the one before it; a small table of numbers is enough to refute one.",
        options=tuple(f"${row}$" for row in told[1:]),
    )
    given = f"Line 0 is ${told[0]}$, and it goes on:\n\n{_display(told)}"
    return Exercise("wrong-line", seed, f"{chain.title}, with a slip", given, (question,), _display(told) + "\n")


def order(seed: int) -> Exercise:
    """The lines of a derivation in disorder."""
    dice = Random(f"order:{seed}")
    chain, names = dice.choice(_CHAINS), dice.choice(_NAMES)
    rows = [_named(row, names) for row in chain.rows]
    places = list(range(1, len(rows)))
    while places == sorted(places):
        dice.shuffle(places)
    answer = " ".join(str(places.index(k) + 1) for k in range(1, len(rows)))
    question = Question(
        "order",
        "Put the lines in order: give their numbers, such as 2 1 3.",
        answer,
        f"In order: {answer}.\n\n{_display(rows)}",
        "Look for what the beginning turns into when it is only written out.",
        options=tuple(f"${rows[k]}$" for k in places),
    )
    return Exercise(
        "order", seed, f"{chain.title}, in disorder", f"It begins with ${rows[0]}$.", (question,), _display(rows)
    )


def direction(seed: int) -> Exercise:
    """Two expressions; which sign stands between them in every model?"""
    dice = Random(f"direction:{seed}")
    (left, right, sign, why), names = dice.choice(_COMPARED), dice.choice(_NAMES)
    if dice.random() < 0.5:
        left, right, sign = right, left, {r"\le": r"\ge", r"\ge": r"\le", "=": "="}[sign]
    left, right = _named(left, names), _named(right, names)
    question = Question(
        "choice",
        "Which sign stands between them in every model?",
        str(_SIGNS.index(sign) + 1),
        f"{_named(why, names)}\n\n$$\n{left} {sign} {right}\n$$",
        "Is the logarithm inside or outside the average? Is there a divergence between the two?",
        options=tuple(f"${item}$" for item in _SIGNS),
    )
    given = f"$$\n{left} \\quad ? \\quad {right}\n$$"
    return Exercise("direction", seed, "Which direction?", given, (question,), f"$$\n{left} {sign} {right}\n$$\n")
