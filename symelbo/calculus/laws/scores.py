r"""Scores of marginals by the scores of explicit laws: `\nabla_x \log q(x) = E_{q(z | x)}[\nabla_x \log q(x | z)]`.

Fisher's identity; with a Gaussian law of `x` given `z` it is Tweedie's formula (Efron 2011, eq. 1.4; Vincent 2011).
Derivatives pass under integrals: that is a side condition, as of every derivative.
"""

from __future__ import annotations

from sympy import Expr, log

from symelbo.language import Context, Definition, Density, Entry, Expectation, Known, replace_free
from symelbo.language.functionals import Gradient
from symelbo.language.walks import found_in

__all__ = ["with_conditional_scores"]


def with_conditional_scores(term: Expr, assumed: Context) -> Expr:
    r"""The term with the score of a marginal as a mean of scores, where a law of the context is explicit.

    >>> from sympy import Eq
    >>> from symelbo.language import context, family, known, variables
    >>> x, z = variables("x z")
    >>> q = family("q")
    >>> given = context([Eq(q(x | z), known("Normal", x, z, 1))])
    >>> with_conditional_scores(Gradient(log(q(x)), x), given)
    E_{q(z | x)}[Gradient(log(q(x | z)), x)]
    """
    changes = {}
    for node in found_in(term, Gradient):
        density = node.body.args[0] if isinstance(node.body, log) else None
        if not isinstance(density, Density) or density.of != (node.wrt,) or node.wrt in density.given:
            continue
        for item in assumed.definitions:
            law = _law_of(item, density)
            if law is None:
                continue
            hidden = tuple(part for part in law.given if part not in density.given)
            if hidden and set(density.given) <= set(law.given) and node.wrt not in hidden:
                posterior = Density(density.family, hidden, (*density.of, *density.given))
                changes[node] = Expectation(Gradient(log(law), node.wrt), posterior)
                break
    return term.xreplace(changes) if changes else term


def _law_of(item: Definition, density: Density) -> Density | None:
    """The density that a definition gives a law of, at the index that another density is of the same variable at."""
    name, variable = item.name, density.of[0]
    if not isinstance(name, Density) or not isinstance(item.value, Known) or name.family != density.family:
        return None
    if len(name.of) != 1:
        return None
    head = name.of[0]
    if head == variable:
        return name
    if not (isinstance(head, Entry) and isinstance(variable, Entry) and head.base == variable.base):
        return None
    running = head.indices[0].free_symbols
    if len(running) != 1 or len(head.indices) != 1 or len(variable.indices) != 1:
        return None
    (index,) = running
    moved = replace_free(name, {index: variable.indices[0] - head.indices[0] + index})
    return moved if isinstance(moved, Density) and moved.of == (variable,) else None
