"""Random models: a directed graph over data and latent variables, and an approximation with another graph."""

from __future__ import annotations

import random


def random_model(seed: int, most: int = 4) -> str:
    """The factorisations of a model with up to `most` latent variables, as a person would type them."""
    dice = random.Random(seed)
    latent = [f"z{number}" for number in range(1, dice.randint(1, most) + 1)]
    if len(latent) == 1 and dice.random() < 0.5:
        latent = ["z"]
    data = ["x", "y"][: dice.choice((1, 1, 1, 2))]
    model = _factors(dice, "p", latent, [], 0.5) + _factors(dice, "p", data, latent, 0.7, some=True)
    order = latent[:]
    dice.shuffle(order)
    approximation = _factors(dice, "q", order, data, 0.6)
    dice.shuffle(model)
    head, tail = ", ".join(data + latent), ", ".join(data)
    structure = f"p({head}) = {' '.join(model)}"
    names = ", ".join(latent)
    if dice.random() < 0.15:
        return f"{structure}; q({names} | {tail})"
    return f"{structure}; q({names} | {tail}) = {' '.join(approximation)}"


def _factors(
    dice: random.Random, letter: str, names: list[str], outside: list[str], chance: float, some: bool = False
) -> list[str]:
    """One factor for each name, given some of those before it and of what is outside."""
    made = []
    for place, name in enumerate(names):
        before = names[:place] + outside
        given = [other for other in before if dice.random() < chance]
        if some and not given and before:
            given = [dice.choice(before)]
        made.append(f"{letter}({name} | {', '.join(given)})" if given else f"{letter}({name})")
    return made
