"""Questions on the theory with model answers, and cards; every formula on them is proved in the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CARDS", "QUESTIONS", "Card", "SelfCheck"]


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """A question to answer in one's own words, and a model answer; `claims` are the formulas it rests on."""

    ask: str
    answer: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Front and back of a flashcard; `claims` are what the back states."""

    front: str
    back: str
    claims: tuple[str, ...]


_ELBO: Final = r"\mathbb{E}_{q(z \mid x)}[\log p(x, z) - \log q(z \mid x)]"
_GAP: Final = r"\mathrm{KL}(q(z \mid x) \,\|\, p(z \mid x))"

QUESTIONS: Final = (
    SelfCheck(
        "Why is the evidence $p(x)$ hard to compute, although each factor of the model is given?",
        "It is a sum (or an integral) of $p(x \\mid z)\\, p(z)$ over all values of the latent variable. For $d$ binary "
        "ones the sum has $2^d$ terms, and for continuous ones the integral seldom has a closed form.",
        (r"p(x) = \int p(x \mid z)\, p(z)\, dz",),
    ),
    SelfCheck(
        "Where does the inequality in the ELBO come from, and why does it point the way it does?",
        "From Jensen's inequality: the logarithm is concave, so the logarithm of an average is at least the average of "
        "the logarithms. The average is that of the weight $p(x, z) / q(z \\mid x)$ under $q$.",
        (
            r"\log \mathbb{E}_{q(z \mid x)}\left[\frac{p(x, z)}{q(z \mid x)}\right] \ge "
            r"\mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]",
        ),
    ),
    SelfCheck(
        "What do the two terms of the ELBO reward and penalise?",
        "The reconstruction term rewards latent values under which the observation is likely; the divergence "
        "penalises a $q$ that moves away from the prior.",
        (rf"{_ELBO} = \mathbb{{E}}_{{q(z \mid x)}}[\log p(x \mid z)] - \mathrm{{KL}}(q(z \mid x) \,\|\, p(z))",),
    ),
    SelfCheck(
        "How large is the gap between the log-evidence and the ELBO, and when is it zero?",
        "It is the divergence of $q$ to the posterior, so it is zero exactly if "
        "$q(z \\mid x) = p(z \\mid x)$ (almost everywhere).",
        (rf"\log p(x) - {_ELBO} = {_GAP}", rf"{_GAP} \ge 0"),
    ),
    SelfCheck(
        "Does a larger ELBO mean a better model?",
        "Not by itself: the ELBO can grow because the evidence grows or because the gap shrinks, and from the bound "
        "alone the two cannot be told apart.",
        (rf"{_ELBO} = \log p(x) - {_GAP}",),
    ),
    SelfCheck(
        "Why is a model's ELBO not comparable with another model's exact likelihood?",
        "A bound that lies below an exact likelihood says nothing about the evidence behind it, which may be larger. "
        "Only a bound that lies above is conclusive.",
        (rf"\log p(x) \ge {_ELBO}",),
    ),
)

CARDS: Final = (
    Card("The ELBO as one expectation", f"${_ELBO}$", (rf"\log p(x) \ge {_ELBO}",)),
    Card(
        "The ELBO as reconstruction less divergence",
        r"$\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] - \mathrm{KL}(q(z \mid x) \,\|\, p(z))$",
        QUESTIONS[2].claims,
    ),
    Card("The gap $\\log p(x) - \\text{ELBO}$", f"${_GAP}$", (rf"\log p(x) - {_ELBO} = {_GAP}",)),
    Card(
        "When is the bound tight?",
        "Exactly if $q(z \\mid x)$ is the posterior $p(z \\mid x)$.",
        (r"\mathbb{E}_{p(z \mid x)}[\log p(x, z) - \log p(z \mid x)] = \log p(x)",),
    ),
    Card(
        "Jensen's inequality for the logarithm",
        r"$\log \mathbb{E}_{q(z)}[f(z)] \ge \mathbb{E}_{q(z)}[\log f(z)]$",
        (r"\log \mathbb{E}_{q(z)}[f(z)] \ge \mathbb{E}_{q(z)}[\log f(z)]",),
    ),
    Card(
        r"$\mathrm{KL}(q(z) \,\|\, p(z))$ as an expectation",
        r"$\mathbb{E}_{q(z)}[\log q(z) - \log p(z)]$",
        (r"\mathrm{KL}(q(z) \,\|\, p(z)) = \mathbb{E}_{q(z)}[\log q(z) - \log p(z)]",),
    ),
    Card(
        "The free energy: energy and entropy",
        r"$\mathbb{E}_{q(z)}[\log p(x, z)] + \mathrm{H}(q(z)) \le \log p(x)$",
        (r"\mathbb{E}_{q(z)}[\log p(x, z)] + \mathrm{H}(q(z)) \le \log p(x)",),
    ),
    Card(
        "Forward divergence and maximum likelihood",
        r"$\mathrm{KL}(r(x) \,\|\, p(x)) = -\mathbb{E}_{r(x)}[\log p(x)] - \mathrm{H}(r(x))$: "
        "minimising one minimises the other.",
        (r"\mathrm{KL}(r(x) \,\|\, p(x)) = -\mathbb{E}_{r(x)}[\log p(x)] - \mathrm{H}(r(x))",),
    ),
)
