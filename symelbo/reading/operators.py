"""The tables that the grammar is driven by: what each spelling is, as data.

To teach the reader a new spelling, add a line here; the parser itself knows only the kinds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ACCENTS",
    "BRACKETS",
    "DIVERGENCES",
    "DOUBLE_BARS",
    "EXPECTATIONS",
    "EXTREMA",
    "FAMILIES",
    "FONTS",
    "FONT_SWITCHES",
    "FUNCTION_LETTERS",
    "GREEK",
    "INFIXES",
    "LEADING",
    "NOTHING",
    "PREFIXES",
    "RELATIONS",
    "SINGLE_BARS",
    "SPELLINGS",
    "SYMBOL_NAMES",
    "UNSUPPORTED",
    "WORDS",
    "WRAPPERS",
    "Bracket",
    "Family",
    "InfixSign",
    "Prefix",
    "Wrapper",
]


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

# Other spellings of one command, applied before anything else.
SPELLINGS: Final = {
    "\\dfrac": "\\frac",
    "\\tfrac": "\\frac",
    "\\cfrac": "\\frac",
    "\\sfrac": "\\frac",
    "\\nicefrac": "\\frac",
    "\\flatfrac": "\\frac",
    "\\dbinom": "\\binom",
    "\\tbinom": "\\binom",
    "\\ldots": "\\dots",
    "\\cdots": "\\dots",
    "\\dotsc": "\\dots",
    "\\dotsb": "\\dots",
    "\\dotsm": "\\dots",
    "\\dotso": "\\dots",
    "\\vdots": "\\dots",
    "\\ddots": "\\dots",
    "\\hdots": "\\dots",
    "\\cdotp": "\\cdot",
    "\\centerdot": "\\cdot",
    "\\lbrace": "\\{",
    "\\rbrace": "\\}",
    "\\lbrack": "[",
    "\\rbrack": "]",
    "\\lparen": "(",
    "\\rparen": ")",
    "\\langle": "\\langle",
    "\\rangle": "\\rangle",
    "\\vert": "|",
    "\\mid": "|",
    "\\lvert": "|",
    "\\rvert": "|",
    "\\mvert": "|",
    "\\|": "||",
    "\\Vert": "||",
    "\\lVert": "||",
    "\\rVert": "||",
    "\\parallel": "||",
    "\\bigparallel": "||",
    "\\colon": ":",
    "\\lt": "<",
    "\\gt": ">",
    "\\leq": "\\le",
    "\\leqslant": "\\le",
    "\\leqq": "\\le",
    "\\geq": "\\ge",
    "\\geqslant": "\\ge",
    "\\geqq": "\\ge",
    "\\neq": "\\ne",
    "\\thicksim": "\\sim",
    "\\Pr": "\\Pr",
    "\\tfrac1": "\\frac",
    "\\prime": "'",
    "\\star": "\\star",
    "\\smallsetminus": "\\setminus",
    "\\backslash": "\\setminus",
    "\\lnot": "\\setminus",
    "\\neg": "\\setminus",
    "\\not=": "\\ne",
    "\\intercal": "\\top",
    "\\intop": "\\int",
    "\\smallint": "\\int",
    "\\dint": "\\int",
    "\\dsum": "\\sum",
    "\\trace": "\\tr",
    "\\Tr": "\\tr",
    "\\sq": "\\sqrt",
    "\\Log": "\\log",
    "\\argmax*": "\\argmax",
    "\\Perp": "\\perp",
    "\\indep": "\\perp",
    "\\upmodels": "\\perp",
    "\\hslash": "\\hbar",
    "\\Finv": "F",
}

# Single characters, as they come from Unicode.
SYMBOL_NAMES: Final = {
    "·": "\\cdot",
    "⋅": "\\cdot",
    "•": "\\cdot",
    "∙": "\\cdot",
    "×": "\\times",
    "∗": "*",
    "÷": "/",
    "∕": "/",
    "⁄": "/",
    "−": "-",
    "–": "-",
    "∫": "\\int",
    "∬": "\\iint",
    "∭": "\\iiint",
    "∑": "\\sum",
    "∏": "\\prod",
    "√": "\\sqrt",
    "∞": "\\infty",
    "∂": "\\partial",
    "∇": "\\nabla",
    "𝔼": "\\E",
    "‖": "||",
    "∥": "||",
    "∣": "|",
    "｜": "|",
    "∼": "\\sim",
    "≤": "\\le",
    "⩽": "\\le",
    "≦": "\\le",
    "≥": "\\ge",
    "⩾": "\\ge",
    "≧": "\\ge",
    "≠": "\\ne",
    "≈": "\\approx",
    "≃": "\\approx",
    "∝": "\\propto",
    "≡": "\\equiv",
    "≜": "\\triangleq",
    "∈": "\\in",
    "∉": "\\notin",
    "⊂": "\\subset",
    "⊆": "\\subseteq",
    "→": "\\to",
    "⊥": "\\perp",
    "∖": "\\setminus",
    "¬": "\\setminus",
    "⊙": "\\odot",
    "∘": "\\circ",
    "⊗": "\\otimes",
    "⊕": "\\oplus",
    "⊤": "\\top",
    "ᵀ": "\\top",
    "⟨": "\\langle",
    "⟩": "\\rangle",
    "〈": "\\langle",
    "〉": "\\rangle",
    "…": "\\dots",
    "⋯": "\\dots",
    "′": "'",
    "’": "'",
    "∎": "",
    "∴": "\\therefore",
    "⇒": "\\Rightarrow",
    "⇔": "\\Leftrightarrow",
    "⋆": "\\star",
    "★": "\\star",
}

GREEK: Final = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi omicron pi varpi rho "
    "varrho sigma varsigma tau upsilon phi varphi chi psi omega digamma Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi "
    "Psi Omega ell hbar imath jmath aleph wp Re Im eth".split()
)

# Commands that are names like any word: functions with no syntax of their own.
_NAMED: Final = "sin cos tan sinh cosh tanh coth arctan arcsin arccos Pr dim ker deg gcd mod emptyset varnothing top bot perp".split()


@dataclass(frozen=True, slots=True)
class Wrapper:
    r"""A command that only dresses its arguments: `keep` is the argument that is read (None: nothing is).

    `script` is the argument that becomes a script of the kept one, as in `\underset{q}{\arg\min}`.
    """

    command: str
    arity: int
    keep: int | None
    script: int | None = None
    optional: bool = False


WRAPPERS: Final = {
    one.command: one
    for one in (
        Wrapper("\\mathop", 1, 0),
        Wrapper("\\mathop*", 1, 0),
        Wrapper("\\mathrel", 1, 0),
        Wrapper("\\mathbin", 1, 0),
        Wrapper("\\mathord", 1, 0),
        Wrapper("\\mathopen", 1, 0),
        Wrapper("\\mathclose", 1, 0),
        Wrapper("\\mathinner", 1, 0),
        Wrapper("\\ensuremath", 1, 0),
        Wrapper("\\boxed", 1, 0),
        Wrapper("\\fbox", 1, 0),
        Wrapper("\\cancel", 1, 0),
        Wrapper("\\bcancel", 1, 0),
        Wrapper("\\smash", 1, 0, optional=True),
        Wrapper("\\mathstrut", 0, None),
        Wrapper("\\strut", 0, None),
        Wrapper("\\phantom", 1, None),
        Wrapper("\\hphantom", 1, None),
        Wrapper("\\vphantom", 1, None),
        Wrapper("\\hspace", 1, None),
        Wrapper("\\hspace*", 1, None),
        Wrapper("\\mspace", 1, None),
        Wrapper("\\label", 1, None),
        Wrapper("\\tag", 1, None),
        Wrapper("\\tag*", 1, None),
        Wrapper("\\color", 1, None),
        Wrapper("\\textcolor", 2, 1),
        Wrapper("\\colorbox", 2, 1),
        Wrapper("\\underset", 2, 1, script=0),
        Wrapper("\\overset", 2, 1),
        Wrapper("\\stackrel", 2, 1),
        Wrapper("\\underbrace", 1, 0),
        Wrapper("\\overbrace", 1, 0),
        Wrapper("\\underbracket", 1, 0),
        Wrapper("\\mathrlap", 1, 0),
        Wrapper("\\mathclap", 1, 0),
        Wrapper("\\mathllap", 1, 0),
        Wrapper("\\substack", 1, 0),
        Wrapper("\\norm", 1, 0),
        Wrapper("\\abs", 1, 0),
    )
}

# Layout that may be left over: says nothing.
NOTHING: Final = frozenset(
    "\\left \\right \\middle \\big \\Big \\bigg \\Bigg \\bigl \\bigr \\bigm \\Bigl \\Bigr \\Bigm \\biggl \\biggr \\biggm "
    "\\Biggl \\Biggr \\Biggm \\, \\; \\: \\! \\> \\  \\quad \\qquad \\enspace \\enskip \\thinspace \\medspace \\thickspace "
    "\\negthinspace \\negmedspace \\limits \\nolimits \\displaylimits \\displaystyle \\textstyle \\scriptstyle "
    "\\scriptscriptstyle \\nonumber \\notag \\par \\hfill \\allowbreak \\nobreak \\relax \\null \\normalsize \\small \\large "
    "\\Large \\footnotesize \\tiny \\scriptsize \\noindent \\qedhere \\qed \\protect \\/ \\- \\@ \\centering \\break \\dotfill & \\\\".split(" ")
)

# Words of connection before a formula.
LEADING: Final = frozenset(
    "\\therefore \\because \\Rightarrow \\implies \\Longrightarrow \\Leftrightarrow \\iff \\Longleftrightarrow \\to "
    "\\rightarrow \\longrightarrow \\forall".split()
)

FONTS: Final = {
    "\\mathbf": "bold",
    "\\boldsymbol": "bold",
    "\\bm": "bold",
    "\\pmb": "bold",
    "\\symbf": "bold",
    "\\symbfit": "bold",
    "\\bs": "bold",
    "\\mathbfit": "bold",
    "\\mathbbm": "bb",
    "\\vec": "bold",
    "\\mathbb": "bb",
    "\\Bbb": "bb",
    "\\mathds": "bb",
    "\\mathcal": "cal",
    "\\cal": "cal",
    "\\mathscr": "script",
    "\\mathfrak": "frak",
    "\\mathrm": "roman",
    "\\rm": "roman",
    "\\operatorname": "roman",
    "\\operatorname*": "roman",
    "\\operatornamewithlimits": "roman",
    "\\mathsf": "sf",
    "\\mathtt": "tt",
    "\\mathit": "",
    "\\mathnormal": "",
    "\\textrm": "roman",
    "\\textbf": "bold",
    "\\textit": "",
    "\\textsf": "sf",
    "\\texttt": "tt",
    "\\text": "text",
    "\\mbox": "text",
    "\\bf": "bold",
    "\\it": "",
    "\\sf": "sf",
    "\\tt": "tt",
    "\\sc": "roman",
}

# The old commands that work on the rest of their group: {\rm d}, {\bf x}.
FONT_SWITCHES: Final = frozenset("\\rm \\bf \\it \\sf \\tt \\sc \\cal \\mit \\bfseries \\itshape \\rmfamily".split())

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

SINGLE_BARS: Final = frozenset(("|",))
DOUBLE_BARS: Final = frozenset(("||",))

RELATIONS: Final = frozenset(
    "= < > \\le \\ge \\ne \\approx \\simeq \\sim \\propto \\equiv \\triangleq \\in \\notin \\subset \\subseteq \\ll \\gg \\coloneqq "
    "\\eqqcolon \\to \\mapsto \\leftarrow \\gets \\doteq \\cong \\lesssim \\gtrsim \\perp \\rightarrow \\ni \\supset \\supseteq".split()
)

# Words (with or without a font) that are spelled-out commands.
WORDS: Final = {
    "log": "\\log",
    "Log": "\\log",
    "ln": "\\ln",
    "exp": "\\exp",
    "det": "\\det",
    "tr": "\\tr",
    "Tr": "\\tr",
    "trace": "\\tr",
    "Trace": "\\tr",
    "max": "\\max",
    "min": "\\min",
    "sup": "\\sup",
    "argmax": "\\argmax",
    "argmin": "\\argmin",
    "ArgMax": "\\argmax",
    "const": "\\const",
    "Const": "\\const",
    "constant": "\\const",
    "constants": "\\const",
    "cst": "\\const",
    "KL": "\\KL",
    "kl": "\\KL",
    "DKL": "\\KL",
    "KLD": "\\KL",
}

# Only where words are words (plain text): these spell symbols.
PLAIN_WORDS: Final = {
    "sum": "\\sum",
    "Sum": "\\sum",
    "prod": "\\prod",
    "product": "\\prod",
    "int": "\\int",
    "integral": "\\int",
    "Integral": "\\int",
    "sqrt": "\\sqrt",
    "inf": "\\infty",
    "infinity": "\\infty",
    "oo": "\\infty",
    "grad": "\\nabla",
    "nabla": "\\nabla",
    "in": "\\in",
    "given": "|",
    "times": "\\times",
    "dots": "\\dots",
}

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
        Family("bernoulli", ("Bern", "Bernoulli", "Ber", "Be")),
        Family("categorical", ("Cat", "Categorical", "Discrete", "Disc")),
        Family("multinomial", ("Mult", "Multinomial", "Mu", "Multi")),
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
FUNCTION_LETTERS: Final = frozenset("p q r f g h P Q F G delta Phi varphi Psi psi zeta Gamma digamma".split())

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

NAMED_COMMANDS: Final = frozenset(_NAMED) | GREEK
