"""Tables of the layout layer: which commands are relations, separators, decoration, delimiters, environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "BINARY",
    "BODY_ENVIRONMENTS",
    "BRACKETS",
    "CONNECTIVES",
    "DECORATIONS",
    "DEFINITION_MARKS",
    "FACT_ENVIRONMENTS",
    "FONT_SWITCHES",
    "IMPLICATIONS",
    "LEADS",
    "OPERATORS",
    "ORDER",
    "PUNCTUATION",
    "REASON_SIGNS",
    "REASON_TAILS",
    "REASON_WORDS",
    "RELATIONS",
    "SIDED",
    "SIZES",
    "SOFT_RELATIONS",
    "SPACES",
    "WIDE_SPACES",
    "Decoration",
]


def _plain(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _names(words: str) -> frozenset[str]:
    return frozenset("\\" + word for word in words.split())


# Author's sign -> the sign that the rest of the program knows. Two-character signs are joined in `rows`.
RELATIONS: Final[dict[str, str]] = {
    "=": "=",
    "\\eq": "=",
    "==": "=",
    "<": "<",
    "\\lt": "<",
    ">": ">",
    "\\gt": ">",
    **dict.fromkeys(("\\ge", "\\geq", "\\geqslant", "\\geqq", "≥", "⩾", "≧", ">=", "\\gtrsim"), "\\ge"),
    **dict.fromkeys(("\\le", "\\leq", "\\leqslant", "\\leqq", "≤", "⩽", "≦", "<=", "\\lesssim"), "\\le"),
    **dict.fromkeys(("\\propto", "\\varpropto", "∝"), "\\propto"),
    **dict.fromkeys(
        ("\\approx", "\\simeq", "\\approxeq", "\\thickapprox", "\\fallingdotseq", "≈", "≃", "≅", "~="), "\\approx"
    ),
    **dict.fromkeys(
        (
            ":=",
            "\\coloneqq",
            "\\coloneq",
            "\\colonequals",
            "\\vcentcolon=",
            "\\triangleq",
            "\\equiv",
            "\\doteq",
            "\\defeq",
            "≔",
            "≡",
            "≜",
            "≝",
        ),
        ":=",
    ),
    **dict.fromkeys(("=:", "\\eqqcolon", "\\eqcolon", "\\equalscolon", "≕"), "=:"),
    **dict.fromkeys(("\\ne", "\\neq", "≠", "!=", "/="), "\\ne"),
}
# Words over an equals sign that make it a definition.
DEFINITION_MARKS: Final = frozenset(
    ("def", "def.", "\\mathrm{def}", "\\triangle", "\\Delta", "\\text{def}", "△", "definition")
)

# Statements that are no claims: they only say where something lives or what it follows.
SOFT_RELATIONS: Final = _names(
    "sim in ni notin subset subseteq supset perp to rightarrow longrightarrow mapsto longmapsto leftarrow gets "
    "hookrightarrow xrightarrow longleftarrow leadsto rightsquigarrow uparrow downarrow nearrow searrow models vdash "
    "cong ll gg prec succ asymp"
) | frozenset("∼∈∉⊂⊆⊥→⟶↦←~")

ORDER: Final = frozenset(("<", ">", "\\le", "\\ge", "\\ne"))
IMPLICATIONS: Final = _names(
    "Rightarrow Longrightarrow implies Leftarrow Longleftarrow impliedby iff Leftrightarrow Longleftrightarrow "
    "therefore land wedge And"
) | frozenset(("⇒", "⟹", "⇔", "⟺", "⇐", "∴", "=>", "==>", "<=>"))

BINARY: Final = frozenset("+-*/·×±∓⊙∘") | _names("cdot times pm mp div odot circ otimes oplus ast star bullet cup cap")
OPERATORS: Final = _names("log ln exp max min arg sup inf det nabla partial sum prod int iint operatorname")
PUNCTUATION: Final = frozenset(",.;，。；、")

SPACES: Final = frozenset(("\\,", "\\;", "\\!", "\\:", "\\>", "\\ ", "\\/", "\\-", "~")) | _names(
    "thinspace medspace thickspace negthinspace negmedspace negthickspace enspace enskip nobreakspace nonumber notag "
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits allowbreak nobreak break linebreak "
    "nolinebreak MoveEqLeft IEEEyesnumber IEEEnonumber yesnumber noindent centering strut mathstrut relax small "
    "footnotesize scriptsize normalsize large Large LARGE tiny par qedhere protect null space bgroup egroup "
    "qed blacksquare qedsymbol "
    "allowdisplaybreaks displaybreak smallskip medskip bigskip hline ignorespaces unskip leavevmode"
)
WIDE_SPACES: Final = _names("quad qquad")
SIZES: Final = _names(
    "big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm left right middle mleft mright"
)
FONT_SWITCHES: Final = {
    "\\rm": "\\mathrm",
    "\\bf": "\\mathbf",
    "\\it": "\\mathit",
    "\\cal": "\\mathcal",
    "\\sf": "\\mathsf",
    "\\tt": "\\mathtt",
    "\\mit": "\\mathit",
}


@dataclass(frozen=True, slots=True)
class Decoration:
    """What to do with the arguments of a command: `drop` so many, then keep the content of `keep` more."""

    drop: int
    keep: int = 0
    wide: bool = False  # it makes a gap in the line


DECORATIONS: Final[dict[str, Decoration]] = {
    **dict.fromkeys(
        _names(
            "label tag tag* phantom vphantom hphantom color vspace vspace* vskip kern mkern mskip mspace cite ref "
            "eqref cref Cref footnote hypertarget index raisetag cssId style require setlength tikzmark"
        ),
        Decoration(1),
    ),
    **dict.fromkeys(_names("hspace hspace* hskip"), Decoration(1, wide=True)),
    **dict.fromkeys(_names("eqno leqno hfill hfil"), Decoration(0, wide=True)),
    **dict.fromkeys(
        _names(
            "boxed fbox ensuremath smash mathclap mathrlap mathllap rlap llap mathop mathop* mathrel mathbin mathord "
            "mathopen mathclose mathpunct mathinner shoveleft shoveright framebox makebox Aboxed hl uline "
            "vcenter lefteqn bbox"
        ),
        Decoration(0, 1),
    ),
    **dict.fromkeys(
        _names("textcolor colorbox href raisebox scalebox class"),
        Decoration(1, 1),
    ),
    **dict.fromkeys(_names("fcolorbox resizebox"), Decoration(2, 1)),
}

# Bracket -> (family, +1 opens or -1 closes). Round and square brackets share a family because of half-open intervals.
BRACKETS: Final[dict[str, tuple[str, int]]] = {
    "(": ("round", 1),
    ")": ("round", -1),
    "[": ("round", 1),
    "]": ("round", -1),
    "\\lbrack": ("round", 1),
    "\\rbrack": ("round", -1),
    "\\{": ("curly", 1),
    "\\}": ("curly", -1),
    "\\lbrace": ("curly", 1),
    "\\rbrace": ("curly", -1),
    "\\langle": ("angle", 1),
    "\\rangle": ("angle", -1),
    "\\lvert": ("bar", 1),
    "\\rvert": ("bar", -1),
    "\\lVert": ("bars", 1),
    "\\rVert": ("bars", -1),
    "\\lfloor": ("floor", 1),
    "\\rfloor": ("floor", -1),
    "\\lceil": ("ceil", 1),
    "\\rceil": ("ceil", -1),
    "\\llbracket": ("double", 1),
    "\\rrbracket": ("double", -1),
}
# What \left, \right and their sized relatives make of a delimiter that looks the same on both sides.
SIDED: Final[dict[str, tuple[str, str, str]]] = {
    "|": ("\\lvert", "\\rvert", "|"),
    "\\vert": ("\\lvert", "\\rvert", "|"),
    "\\|": ("\\lVert", "\\rVert", "\\|"),
    "\\Vert": ("\\lVert", "\\rVert", "\\|"),
    "<": ("\\langle", "\\rangle", "<"),
    ">": ("\\langle", "\\rangle", ">"),
}

# Environments that are only layout; the others (matrices, cases on a right side) belong to the expression.
BODY_ENVIRONMENTS: Final = _plain(
    "equation align alignat flalign xalignat gather multline eqnarray displaymath dmath dgroup IEEEeqnarray aligned "
    "alignedat gathered split multlined subequations math center small footnotesize"
)
FACT_ENVIRONMENTS: Final = _plain("cases dcases rcases array numcases subnumcases")

# Words in \text{...} that part two statements, and words with which a remark begins.
CONNECTIVES: Final = _plain(
    "and where with so hence thus therefore then or i.e. i.e e.g. that is which gives implies while but also now "
    "equivalently let define put set 以及 其中 所以 因此 于是 故 且 和"
) | frozenset(
    (
        "that is",
        "so that",
        "such that",
        "which gives",
        "or equivalently",
        "or, equivalently",
        "it follows that",
        "we have",
    )
)
LEADS: Final = _plain(
    "we this then hence so it note therefore thus and now which that also using recall with where since finally "
    "consequently"
)
REASON_TAILS: Final = _plain("if iff when for since because by using whenever as over that")
REASON_SIGNS: Final = frozenset(("\\because", "∵", "\\forall", "∀"))
REASON_WORDS: Final = _plain(
    "for if when since because as by using from assuming given provided on under iff whenever after due whence through "
    "via all any every subject s.t. s.t st"
)
