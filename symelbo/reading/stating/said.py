r"""What formulas in sentences say, as trees: relations that may be given, and laws such as `z \sim \mathcal{N}(0, I)`.

Only the form is looked at here. A relation whose form no model, no definition and no sign has is left in its sentence,
so that the names in it do not count as names of the document.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from symelbo.errors import ReadingError
from symelbo.reading.layout.displays import Spoken
from symelbo.reading.layout.worded import Role
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.grammar import parse, parse_statements
from symelbo.reading.sources.tokens import Chain, Token, TokenKind
from symelbo.reading.surveying.families import DENSITY_LETTERS

__all__ = [
    "Said",
    "Triple",
    "about_maps",
    "drawn_names",
    "draws_said",
    "independences",
    "is_aside",
    "is_draw",
    "is_headline",
    "is_noising",
    "is_rate",
    "known_mean",
    "law_in_role",
    "marginal_alone",
    "signs_of_list",
    "slots_of",
    "worth_taking",
]

Triple = tuple[sx.Node, str, sx.Node]

_MEANS = ("mu", "m", "nu")
_NOISE = ("epsilon", "varepsilon", "xi", "eta")
_ORDER = ("<", ">", r"\le", r"\ge")
_ARITHMETIC = (sx.Name, sx.Number, sx.Sum, sx.Negative, sx.Product, sx.Quotient, sx.Power, sx.Sqrt, sx.Arguments)


@dataclass(frozen=True, slots=True)
class Said:
    """A formula of a sentence with what it relates: left side, sign and right side of each relation in it.

    `asides` relate variables that densities are of: they are kept in mind, and nothing rests on them.
    """

    spoken: Spoken
    relations: tuple[Triple, ...]
    independences: tuple[sx.Independence, ...] = ()
    asides: tuple[Triple, ...] = ()


def worth_taking(left: sx.Node, sign: str, right: sx.Node, slots: set[str], maps: bool = False) -> bool:
    """Whether a relation has the form of a law, a factorisation, a definition or a sign.

    `slots` are the names that densities of the document are of or given: their values are not for a sentence to fix.
    Where the document is about `maps`, by their Jacobians, a sentence may say which variable is made of which.
    """
    if sign in _ORDER:
        names = {sx.outline(node) for side in (left, right) for node in sx.walk(side) if isinstance(node, sx.Name)}
        plain = all(isinstance(node, _ARITHMETIC) for side in (left, right) for node in sx.walk(side))
        return plain and bool(names) and not names & slots
    if sign not in ("=", ":=") or isinstance(right, sx.Tuple | sx.SetOf | sx.Text | sx.Placeholder):
        return False
    if any(isinstance(node, sx.Dots | sx.Placeholder) for node in sx.walk(right)):
        return False
    if isinstance(left, sx.Power) and isinstance(left.base, sx.Name | sx.Call) and isinstance(left.exponent, sx.Number):
        left = left.base  # a scale, given by its square
    if isinstance(left, sx.Sum):
        return _ties_squares(left, right, slots)
    if isinstance(left, sx.BigSum):  # weights, `\\sum_k \\pi_k = 1`
        return isinstance(right, sx.Number) and not any(isinstance(node, sx.Call) for node in sx.walk(left))
    if isinstance(left, sx.Name):
        if left.text in DENSITY_LETTERS and not left.accents:
            return isinstance(right, sx.Distribution)
        if maps and isinstance(right, sx.Name) and {sx.outline(left), sx.outline(right)} & slots:
            return False  # another name for a variable, as of the first layer: no map leads there
        if maps and any(isinstance(node, sx.Name) and node != left for node in sx.walk(right)):
            return not any(isinstance(node, sx.Call) and _is_density(node) for node in sx.walk(right))
        return sx.outline(left) not in slots
    if not isinstance(left, sx.Call) or not isinstance(left.function, sx.Name):
        return False
    items = (*left.arguments.values, *left.arguments.given)
    if any(isinstance(item, sx.Number) or _is_state(item) for item in items):
        return False
    if any(isinstance(item, sx.Relation) for item in items) and _is_numeric(right):
        return False
    if left.function.text in DENSITY_LETTERS and left.function.font != "cal":
        plain = not any(isinstance(node, sx.Call) and _is_density(node) for node in sx.walk(right))
        if isinstance(right, sx.Integral) and left.function.text in "pP":
            return False  # what a model's density is, integrated, follows from the model
        return plain or not isinstance(right, sx.Quotient)
    return True


def _ties_squares(left: sx.Sum, right: sx.Node, slots: set[str]) -> bool:
    r"""Whether a relation ties the squares of some scales, as in `\alpha^2 + \sigma^2 = 1`."""
    squares = [term for term in left.terms if isinstance(term, sx.Power) and isinstance(term.base, sx.Name)]
    plain = all(isinstance(term.exponent, sx.Number) and sx.outline(term.base) not in slots for term in squares)
    return plain and len(squares) == len(left.terms) and isinstance(right, sx.Number)


def is_aside(left: sx.Node, sign: str, right: sx.Node, slots: Container[str]) -> bool:
    r"""Whether a relation says what a variable is made of, though it may be no more than a thought: `y = a \odot z`."""
    if sign not in ("=", ":=") or not isinstance(left, sx.Name) or sx.outline(left) not in slots:
        return False
    inside = list(sx.walk(right))
    names = {sx.outline(node) for node in inside if isinstance(node, sx.Name)}
    return len(inside) > 1 and bool(names) and sx.outline(left) not in names


def is_draw(left: sx.Node, sign: str, right: sx.Node, drawn: Container[str]) -> bool:
    r"""Whether a relation says what a variable is made of, with noise that is drawn: `z = \mu + \sigma \epsilon`."""
    if sign not in ("=", ":=") or not isinstance(left, sx.Name) or left.subscripts or not isinstance(right, sx.Sum):
        return False
    names = [node for node in sx.walk(right) if isinstance(node, sx.Name)]
    return any(sx.outline(name) in drawn for name in names) and sx.outline(left) not in set(map(sx.outline, names))


def is_noising(left: sx.Node, sign: str, right: sx.Node, slots: Container[str]) -> bool:
    r"""Whether a relation makes a variable of noise that no density is about, as in `x_t = a x_0 + b \epsilon`."""
    if sign not in ("=", ":=") or not isinstance(left, sx.Name) or not isinstance(right, sx.Sum):
        return False
    names = [node for node in sx.walk(right) if isinstance(node, sx.Name)]
    noisy = any(name.text in _NOISE and sx.outline(name) not in slots for name in names)
    return noisy and sx.outline(left) not in set(map(sx.outline, names))


def known_mean(left: sx.Node, sign: str, right: sx.Node, trees: Iterable[sx.Node]) -> Triple | None:
    r"""What a name stands for that a sentence gives to a mean, `\mathbb{E}_{q(z)}[c(z)] = m`; None for other relations.

    The parameters of laws have their meaning from there.
    """
    if sign != "=" or not isinstance(left, sx.Expectation) or not isinstance(right, sx.Name):
        return None
    laws = [node for tree in trees for node in sx.walk(tree) if isinstance(node, sx.Distribution)]
    taken = {sx.outline(node) for law in laws for part in law.parameters for node in sx.walk(part)}
    return None if sx.outline(right) in taken else (right, "=", left)


def _is_state(item: sx.Node) -> bool:
    """Whether an argument is at a state of its own: `z = 1`, not `z = k`."""
    return isinstance(item, sx.Relation) and not isinstance(item.right, sx.Name)


def _is_numeric(side: sx.Node) -> bool:
    return not any(isinstance(node, sx.Name) for node in sx.walk(side))


def about_maps(trees: Iterable[sx.Node]) -> bool:
    """Whether trees have Jacobians: determinants of derivatives, or derivatives between bars."""
    for tree in trees:
        for node in sx.walk(tree):
            if isinstance(node, sx.Determinant) or (
                isinstance(node, sx.Absolute) and any(isinstance(part, sx.Derivative) for part in sx.walk(node))
            ):
                return True
    return False


def marginal_alone(trees: Iterable[sx.Node]) -> set[str]:
    """The variables that only occur in `p(x)`: a sentence may say what they are made of."""
    alone: set[str] = set()
    other: set[str] = set()
    for tree in trees:
        for node in sx.walk(tree):
            if isinstance(node, sx.Call) and _is_density(node):
                parts = node.arguments
                single = len(parts.values) == 1 and not parts.given and _is_model(node)
                (alone if single else other).update(map(sx.outline, (*parts.values, *parts.given)))
    return alone - other


def is_headline(left: sx.Node) -> bool:
    """Whether a left side names a functional or a function: such letters mean the same wherever they open a line."""
    if isinstance(left, sx.Call):
        return True
    return isinstance(left, sx.Name) and (left.font in ("cal", "bb", "script") or left.font in ("roman", "text"))


def is_rate(left: sx.Node, right: sx.Node) -> bool:
    r"""Whether a relation gives a function of an index by arithmetic alone: `SNR(t) = \alpha_t^2 / \sigma_t^2`."""
    if not isinstance(left, sx.Call) or not all(isinstance(item, sx.Name) for item in left.arguments.values):
        return False
    return not left.arguments.given and all(isinstance(node, _ARITHMETIC) for node in sx.walk(right))


def signs_of_list(chain: Chain) -> Iterator[Triple]:
    r"""The signs of several quantities that are given together, as in `\sigma_1, \sigma_2 > 0`.

    In `\mu, \sigma^2 > 0` the sign is that of the last one alone.
    """
    names = [] if chain.start is None else _split(chain.start.tokens, ",")
    if len(names) < 2 or len(chain.links) != 1 or chain.links[0].sign not in _ORDER:
        return
    link = chain.links[0]
    try:
        right = parse(link.right.tokens).conventional
        listed = [parse(name).conventional for name in names]
        alike = all(isinstance(name, sx.Name) and name.text not in _MEANS for name in listed)
        for left in listed if alike else listed[-1:]:
            yield left, link.sign, right
    except ReadingError:
        return


def drawn_names(tokens: Sequence[Token]) -> set[str]:
    """What a formula draws from a law, by its name."""
    found: set[str] = set()
    for piece in _split(tokens, ",", ";", "\\quad", "\\qquad"):
        parts = _split(piece, "\\sim")
        if len(parts) == 2:
            with suppress(ReadingError):
                found.add(sx.outline(parse(_split(parts[0], "|", "\\mid", "\\vert")[0]).conventional))
    return found


def draws_said(tokens: Sequence[Token], trees: Sequence[sx.Node], drawn: Container[str] = ()) -> Iterator[Triple]:
    r"""The laws in a formula such as `x \mid z \sim \mathcal{N}(W z, \sigma^2 I)`, as equations of densities.

    `trees` are the sides of the document's displays: they show which density is meant. `drawn` are the names that are
    drawn too: a law whose parameters have one of them is a law given it.
    """
    for piece in _split(tokens, ",", ";", "\\quad", "\\qquad"):
        parts = _split(piece, "\\sim")
        if len(parts) != 2:
            continue
        before = _split(parts[0], "|", "\\mid", "\\vert")
        try:
            law = parse(parts[1]).conventional
            values = tuple(parse(name).conventional for name in _split(before[0], ","))
            given = tuple(parse(name).conventional for part in before[1:] for name in _split(part, ","))
        except ReadingError:
            return
        if not isinstance(law, sx.Distribution) or law.values or len(before) > 2 or len(values) != 1:
            return
        if not all(isinstance(name, sx.Name) for name in (*values, *given)):
            return
        if not given:
            names = {sx.outline(n): n for p in law.parameters for n in sx.walk(p) if isinstance(n, sx.Name)}
            own = _outlines(values)
            given = tuple(name for text, name in names.items() if text in drawn and text not in own)
        call = _density(values, given, law, trees)
        if call is not None:
            yield call, "=", law


def law_in_role(role: Role, tokens: Sequence[Token], trees: Sequence[sx.Node]) -> Iterator[Triple]:
    """The law of a density that a sentence has no name for: of the prior, or of what approximates the posterior.

    What is latent is what densities other than the model's are of. Nothing is said where it is not clear which density
    is meant; where none has arguments, the model's name is enough.
    """
    try:
        law = parse(tokens).conventional
    except ReadingError:
        return
    if not isinstance(law, sx.Distribution) or law.values:
        return
    nodes = [node for tree in trees for node in sx.walk(tree)]
    calls = {sx.outline(node): node for node in nodes if isinstance(node, sx.Call) and _is_density(node)}
    others = [call for call in calls.values() if not _is_model(call)]
    if role is Role.APPROXIMATION or not calls:
        letter = "q" if role is Role.APPROXIMATION else "p"
        names = {sx.outline(node): node for node in nodes if isinstance(node, sx.Name) and node.text == letter}
        found: list[sx.Node] = list(others if calls else names.values())
        if len(found) == 1:
            yield found[0], "=", law
        return
    latent = {sx.outline(item): item for call in others for item in call.arguments.values}
    if len(latent) != 1:
        return
    value = next(iter(latent.values()))
    models = [call for call in calls.values() if _is_model(call) and not call.arguments.given]
    priors: list[sx.Node] = [call for call in models if _outlines(call.arguments.values) == set(latent)]
    if not priors:
        name = sx.Name("p", span=value.span)
        priors.append(sx.Call(name, sx.Arguments((value,), span=value.span), span=value.span))
    yield from ((call, "=", law) for call in priors)


def independences(spoken: Spoken) -> tuple[sx.Independence, ...]:
    r"""Statements such as `z_1 \perp z_2 \mid x`."""
    if not any(token.text == "\\perp" for token in spoken.tokens):
        return ()
    try:
        nodes = parse_statements(spoken.tokens)
    except ReadingError:
        return ()
    return tuple(node for node in nodes if isinstance(node, sx.Independence))


def _density(
    values: tuple[sx.Node, ...],
    given: tuple[sx.Node, ...],
    law: sx.Distribution,
    trees: Iterable[sx.Node],
) -> sx.Call | None:
    """The density that a law is the law of: the one of the document with these variables, else `p`."""
    of, behind, span = _outlines(values), _outlines(given), values[0].span
    fit: dict[str, sx.Call] = {}
    wider: dict[str, sx.Call] = {}
    around: dict[str, sx.Call] = {}
    needed = {sx.outline(node) for part in law.parameters for node in sx.walk(part) if isinstance(node, sx.Name)}
    for tree in trees:
        for node in sx.walk(tree):
            if not isinstance(node, sx.Call) or not _is_density(node):
                continue
            own, other = (
                _outlines(node.arguments.values),
                _outlines((*node.arguments.given, *node.arguments.parameters)),
            )
            name = sx.outline(node.function)
            if own == of and other == behind:
                fit.setdefault(name, node)
            elif own == of and not behind and other & needed:
                wider.setdefault(name, node)
            elif of < own | other:
                around.setdefault(name, node)
    if not behind and any(_is_model(call) for call in around.values()):
        fit, wider = ({name: call for name, call in found.items() if _is_model(call)} for found in (fit, wider))
    for found in (fit, wider):
        call = _one_of(found, drawn=not behind)
        if call is not None:
            return call
        if found:
            return None
    call = _one_of(around, drawn=True)
    if call is None and around:
        return None
    letter = call.function if call is not None else _by_variable(values[0], trees) or sx.Name("p", span=span)
    assert isinstance(letter, sx.Name)
    return sx.Call(letter, sx.Arguments(values, given, span=span), span=span)


def _by_variable(value: sx.Node, trees: Iterable[sx.Node]) -> sx.Name | None:
    """The name of the density of `u` where densities are told apart by their variables: `p_U` beside `p_X(x)`."""
    calls = [node for tree in trees for node in sx.walk(tree) if isinstance(node, sx.Call) and _is_density(node)]
    for call in calls:
        name, items = call.function, call.arguments.values
        if not isinstance(name, sx.Name) or len(name.subscripts) != 1 or len(items) != 1:
            continue
        below, item = name.subscripts[0], items[0]
        if not (isinstance(below, sx.Name) and isinstance(item, sx.Name) and isinstance(value, sx.Name)):
            continue
        if below.text.isupper() and below.text.lower() == item.text and not value.subscripts:
            capital = sx.Name(value.text.upper(), below.font, span=below.span)
            return sx.Name(name.text, name.font, name.accents, name.primes, (capital,), name.label, span=name.span)
    return None


def _one_of(found: dict[str, sx.Call], *, drawn: bool) -> sx.Call | None:
    """The only density; among several the model's p if the variable is drawn first, else the one that is no p's."""
    if len(found) == 1:
        return next(iter(found.values()))
    fitting = [call for call in found.values() if _is_model(call) is drawn]
    return fitting[0] if len(fitting) == 1 else None


def _is_model(call: sx.Call) -> bool:
    return isinstance(call.function, sx.Name) and call.function.text in "pP"


def _is_density(node: sx.Call) -> bool:
    return isinstance(node.function, sx.Name) and node.function.text in DENSITY_LETTERS and node.function.font != "cal"


def _outlines(nodes: Iterable[sx.Node]) -> set[str]:
    return {sx.outline(node) for node in nodes}


def slots_of(trees: Iterable[sx.Node]) -> set[str]:
    """The names that densities of some trees are of or given, without a parameter behind a semicolon."""
    return {
        sx.outline(item)
        for tree in trees
        for node in sx.walk(tree)
        if isinstance(node, sx.Call) and _is_density(node)
        for item in (*node.arguments.values, *node.arguments.given)
    }


def _split(tokens: Sequence[Token], *signs: str) -> list[list[Token]]:
    """Tokens between signs outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind is TokenKind.OPEN or token.text in ("(", "[", "\\{"):
            depth += 1
        elif token.kind is TokenKind.CLOSE or token.text in (")", "]", "\\}"):
            depth -= 1
        if depth == 0 and token.text in signs:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
