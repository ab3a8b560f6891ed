"""The tables of spellings: what stands for the same thing, and what says nothing.

To teach the reader a new spelling, add a line here. What the spelled-out things do is in `operators`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from symelbo.reading.parsing.operators import words

__all__ = [
    "CAPITAL_WORDS",
    "COMBINING",
    "DIFFERENTIALS",
    "FONTS",
    "FONT_SWITCHES",
    "GREEK",
    "LABEL_WORDS",
    "NAMED_COMMANDS",
    "NOTHING",
    "PLAIN_GREEK",
    "PLAIN_WORDS",
    "SPELLINGS",
    "SYMBOL_NAMES",
    "WORDS",
    "WRAPPERS",
    "Wrapper",
]

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

GREEK: Final = words(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi omicron pi "
    "varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega digamma Gamma Delta Theta Lambda Xi Pi "
    "Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph wp Re Im eth"
)

# Commands that are names like any word: functions with no syntax of their own.
_NAMED: Final = words(
    "sin cos tan sinh cosh tanh coth arctan arcsin arccos Pr dim ker deg gcd emptyset varnothing top bot"
)


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
NOTHING: Final = words(
    "\\left \\right \\middle \\big \\Big \\bigg \\Bigg \\bigl \\bigr \\bigm \\Bigl \\Bigr \\Bigm \\biggl \\biggr "
    "\\biggm \\Biggl \\Biggr \\Biggm \\, \\; \\: \\! \\> \\quad \\qquad \\enspace \\enskip \\thinspace \\medspace "
    "\\thickspace \\negthinspace \\negmedspace \\limits \\nolimits \\displaylimits \\displaystyle \\textstyle "
    "\\scriptstyle \\scriptscriptstyle \\nonumber \\notag \\par \\hfill \\allowbreak \\nobreak \\relax \\null "
    "\\normalsize \\small \\large \\Large \\footnotesize \\tiny \\scriptsize \\noindent \\qedhere \\qed \\blacksquare "
    "\\qedsymbol \\protect "
    "\\/ \\- \\@ \\centering \\break \\dotfill & \\\\"
) | {"\\ "}

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
FONT_SWITCHES: Final = words("\\rm \\bf \\it \\sf \\tt \\sc \\cal \\mit \\bfseries \\itshape \\rmfamily")

# Commands that people define as the upright d of a differential.
DIFFERENTIALS: Final = words("\\dd \\diff \\dif \\differential \\rmd \\ud \\d")

# Combining characters behind a letter.
COMBINING: Final = {
    "\u0302": "\\hat",
    "\u0303": "\\tilde",
    "\u0304": "\\bar",
    "\u0305": "\\bar",
    "\u0307": "\\dot",
    "\u0308": "\\ddot",
    "\u0332": "\\underline",
    "\u20d7": "\\bar",
}

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

# Capitals that run together and are a word all the same; four or more always are.
CAPITAL_WORDS: Final = words("ELB VLB LBO VFE NLL MSE VAE MAP MLE GAP ESS LSE")

# Words in a superscript that say which one it is.
LABEL_WORDS: Final = words("old new opt true cur curr prev next data post prior train test ref max min KL ML MAP VI")

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

PLAIN_GREEK: Final = {"eps": "epsilon", "lam": "lambda", "lmbda": "lambda"}

NAMED_COMMANDS: Final = _NAMED | GREEK
