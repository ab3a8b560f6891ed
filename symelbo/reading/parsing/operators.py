"""The tables that the grammar is driven by: brackets, signs, commands, functions and families, as data.

The parser itself knows only the kinds of things. Other ways to write them are in `spellings`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ACCENTS",
    "BRACKETS",
    "DIVERGENCES",
    "ELEMENTARY",
    "EXPECTATIONS",
    "EXTREMA",
    "FAMILIES",
    "FUNCTION_LETTERS",
    "INFIXES",
    "LEADING",
    "PREFIXES",
    "RELATIONS",
    "UNITS",
    "UNSUPPORTED",
    "Bracket",
    "Family",
    "InfixSign",
    "Prefix",
    "words",
]


def words(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Bracket:
    """A kind of bracket: how it opens and closes, how people call it."""

    opening: str
    closing: str


BRACKETS: Final = {
    one.opening: one
    for one in (
        Bracket("(", ")"),
        Bracket("[", "]"),
        Bracket("{", "}"),
        Bracket("\\{", "\\}"),
        Bracket("\\langle", "\\rangle"),
        Bracket("\\lfloor", "\\rfloor"),
        Bracket("\\lceil", "\\rceil"),
    )
}


@dataclass(frozen=True, slots=True)
class InfixSign:
    """A sign between two operands: `level` sum or product, `operator` the name in the tree."""

    sign: str
    level: Literal["sum", "product"]
    operator: str


INFIXES: Final = {
    one.sign: one
    for one in (
        InfixSign("+", "sum", "plus"),
        InfixSign("-", "sum", "minus"),
        InfixSign("\\cdot", "product", "times"),
        InfixSign("\\times", "product", "times"),
        InfixSign("*", "product", "times"),
        InfixSign("\\ast", "product", "times"),
        InfixSign("\\bullet", "product", "times"),
        InfixSign("/", "product", "over"),
        InfixSign("\\div", "product", "over"),
        InfixSign("\\odot", "product", "odot"),
        InfixSign("\\circ", "product", "circ"),
        InfixSign("\\otimes", "product", "otimes"),
        InfixSign("\\oplus", "sum", "oplus"),
    )
}


@dataclass(frozen=True, slots=True)
class Prefix:
    r"""A command that starts an operand.

    `handler` names the parser's rule; `takes` says how far a function without brackets reaches by convention:
    a whole product up to the next `+` or `-`, one factor, or the rest of the expression. `arity` counts the arguments
    in braces. `detail` is for the rule: the base of a logarithm, the kind of an extremum.
    """

    command: str
    handler: str
    takes: Literal["product", "factor", "rest", ""] = ""
    arity: int = 0
    detail: str = ""


PREFIXES: Final = {
    one.command: one
    for one in (
        Prefix("\\log", "function", "product", detail="log"),
        Prefix("\\ln", "function", "product", detail="log"),
        Prefix("\\lg", "function", "product", detail="log2"),
        Prefix("\\exp", "function", "product", detail="exp"),
        Prefix("\\det", "function", "factor", detail="det"),
        Prefix("\\tr", "function", "product", detail="trace"),
        Prefix("\\nabla", "gradient", "factor"),
        Prefix("\\partial", "partial", "factor"),
        Prefix("\\E", "expectation", "product"),
        Prefix("\\KL", "divergence"),
        Prefix("\\int", "integral", "product", detail="1"),
        Prefix("\\iint", "integral", "product", detail="2"),
        Prefix("\\iiint", "integral", "product", detail="3"),
        Prefix("\\idotsint", "integral", "product", detail="9"),
        Prefix("\\oint", "integral", "product", detail="1"),
        Prefix("\\sum", "big", "product", detail="sum"),
        Prefix("\\prod", "big", "product", detail="product"),
        Prefix("\\argmax", "extremum", "rest", detail="argmax"),
        Prefix("\\argmin", "extremum", "rest", detail="argmin"),
        Prefix("\\max", "extremum", "rest", detail="max"),
        Prefix("\\min", "extremum", "rest", detail="min"),
        Prefix("\\sup", "extremum", "rest", detail="sup"),
        Prefix("\\inf", "extremum", "rest", detail="inf"),
        Prefix("\\frac", "fraction", arity=2),
        Prefix("\\binom", "binomial", arity=2),
        Prefix("\\sqrt", "root", arity=1),
        Prefix("\\infty", "infinity"),
        Prefix("\\dots", "dots"),
        Prefix("\\cdot", "placeholder"),
        Prefix("\\bullet", "placeholder"),
        Prefix("\\const", "constant"),
    )
}

EXTREMA: Final = frozenset(name for name, prefix in PREFIXES.items() if prefix.handler == "extremum")

# Words of connection before a formula.
LEADING: Final = words(
    "\\therefore \\because \\Rightarrow \\implies \\Longrightarrow \\Leftrightarrow \\iff \\Longleftrightarrow \\to "
    "\\rightarrow \\longrightarrow \\forall"
)

ACCENTS: Final = {
    "\\hat": "hat",
    "\\widehat": "hat",
    "\\bar": "bar",
    "\\overline": "bar",
    "\\tilde": "tilde",
    "\\widetilde": "tilde",
    "\\check": "check",
    "\\widecheck": "check",
    "\\breve": "breve",
    "\\acute": "acute",
    "\\grave": "grave",
    "\\dot": "dot",
    "\\ddot": "ddot",
    "\\mathring": "ring",
    "\\underline": "underline",
    "\\overrightarrow": "arrow",
}

RELATIONS: Final = words(
    "= < > \\le \\ge \\ne \\approx \\simeq \\sim \\propto \\equiv \\triangleq \\in \\notin \\subset \\subseteq \\ll "
    "\\gg \\coloneqq \\eqqcolon \\to \\mapsto \\leftarrow \\gets \\doteq \\cong \\lesssim \\gtrsim \\perp "
    "\\rightarrow \\ni \\supset \\supseteq"
)

UNITS: Final = words("nat nats bit bits")
EXPECTATIONS: Final = frozenset(("E", "Ex", "EE"))
DIVERGENCES: Final = frozenset(("KL", "kl", "DKL", "KLD"))


@dataclass(frozen=True, slots=True)
class Family:
    """A family of distributions and the words that name it."""

    name: str
    words: tuple[str, ...]


def _by_word(families: Iterable[Family]) -> dict[str, str]:
    return {word: family.name for family in families for word in family.words}


FAMILIES: Final = _by_word(
    (
        Family("normal", ("Normal", "Gaussian", "MVN", "Gauss", "Norm")),
        Family("bernoulli", ("Bern", "Bernoulli", "Ber")),
        Family("categorical", ("Cat", "Categorical", "Discrete", "Disc")),
        Family("multinomial", ("Mult", "Multinomial", "Multi")),
        Family("binomial", ("Bin", "Binomial", "Binom")),
        Family("beta", ("Beta",)),
        Family("gamma", ("Gamma", "Gam", "Ga")),
        Family("inverse-gamma", ("InvGamma", "IG", "InverseGamma", "InvGam")),
        Family("dirichlet", ("Dir", "Dirichlet")),
        Family("poisson", ("Poisson", "Pois", "Poi", "Po")),
        Family("exponential", ("Exponential", "Expon", "Exp")),
        Family("uniform", ("Uniform", "Unif", "Uni")),
        Family("geometric", ("Geom", "Geometric", "Geo")),
        Family("laplace", ("Laplace", "Lap")),
        Family("student", ("Student", "St", "StudentT")),
        Family("wishart", ("Wishart", "Wi", "Wish")),
        Family("lognormal", ("LogNormal", "LogN", "Lognormal")),
        Family("delta", ("Dirac",)),
    )
)

# Letters that are functions more often than quantities: `f(a + b)` is a value of f, `a(b + c)` is a product.
ELEMENTARY: Final = words("sin cos tan sinh cosh tanh")
FUNCTION_LETTERS: Final = words("p q r f g h P Q F G delta Phi varphi Psi psi zeta Gamma digamma")

# Valid mathematics that the reader does not take in so far: what to write instead.
UNSUPPORTED: Final = {
    "\\pm": "write the two cases as two claims",
    "\\mp": "write the two cases as two claims",
    "\\iff": "write the two statements as two claims",
    "\\wedge": "",
    "\\vee": "",
    "\\cup": "",
    "\\cap": "",
    "\\setminus": "",
    "\\lim": "",
    "\\limsup": "",
    "\\liminf": "",
    "\\bigcup": "",
    "\\bigcap": "",
    "\\coprod": "",
    "\\pmatrix": "",
    "\\matrix": "",
    "\\lfloor": "",
    "\\lceil": "",
    "\\Box": "",
    "\\dagger": "",
    "\\mod": "",
    "\\bmod": "",
    "\\exists": "",
    "\\forall": "",
    "\\star": "",
    "\\angle": "",
    "\\sqcup": "",
    "\\triangle": "",
}
