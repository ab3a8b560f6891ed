"""Source text to tokens: one linear pass, every token with its place in the text as the author saved it.

Two ways of writing are known: LaTeX (`read_tex`) and plain text with Unicode mathematics (`read_plain`). Damage that
wrapping and conversion leave in LaTeX (escaped underscores, doubled backslashes, HTML entities, stray dollars) is
repaired here, because only here the characters are still at hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["ROW_BREAK", "read_plain", "read_tex"]

ROW_BREAK: Final = "\\\\"

# Unicode twins of one ASCII character; mathematics knows only one of each.
_TWINS: Final = dict(zip("−–∣′’，；：（）＝＋｜［］", "--|'',;:()=+|[]", strict=True)) | {
    "″": "''",
    "…": "\\dots",
    "⋯": "\\cdots",
    "∥": "\\|",
    "‖": "\\|",
    "⟨": "\\langle",
    "⟩": "\\rangle",
}
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "le": "≤", "ge": "≥", "minus": "-", "times": "×", "quot": "''"}
_SUBSCRIPTS: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "0123456789+-=()aehijklmnoprstuvxβγρφχ", strict=True)
)
_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵀᵏᵗˣ", "0123456789+-=()inTktx", strict=True))
_SCRIPTS: Final = "".join(_SUBSCRIPTS) + "".join(_SUPERSCRIPTS)

# Commands whose next two arguments may be bare digits: \frac12 is one half, not \frac of twelve.
_TWO_ARGUMENTS: Final = frozenset(
    ("\\frac", "\\tfrac", "\\dfrac", "\\cfrac", "\\sfrac", "\\nicefrac", "\\binom", "\\tbinom", "\\dbinom")
)
_PROSE_COMMANDS: Final = frozenset(("intertext", "shortintertext"))
_TEXT_COMMANDS: Final = (
    "text|mbox|hbox|textrm|textnormal|textit|textbf|textsf|texttt|textsc|textup|textmd|emph|intertext|shortintertext"
)

_SCRIPT_PATTERN: Final = f"(?P<sub>[{''.join(_SUBSCRIPTS)}]+)|(?P<sup>[{''.join(_SUPERSCRIPTS)}]+)"
_CJK: Final = "぀-ヿ㐀-䶿一-鿿가-힯"
_DIMENSION: Final = r"\[\s*+[-+]?[\d.]*+\s*+(?:pt|ex|em|mm|cm|in|pc|bp|sp|mu|\\[a-zA-Z]+)\s*\]"

_TEX: Final = re.compile(
    r"\s*+(?:"
    rf"(?P<rows>(?:\\\\)+(?:\*?{_DIMENSION}|\*(?=\s))?)"
    r"|(?P<env>\\(?:begin|end)\s*\{\s*[A-Za-z]+\*?\s*\})"
    rf"|(?P<words>\\(?:{_TEXT_COMMANDS})(?![A-Za-z])\s*\{{)"
    r"|(?P<command>\\(?:(?:operatorname|hspace|vspace|tag|mathop)\*|[A-Za-z]+))"
    r"|(?P<escape>\\.)"
    r"|(?P<open>\{)|(?P<close>\})"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<entity>&(?:lt|gt|amp|le|ge|minus|times|quot|nbsp);)"
    r"|(?P<param>\#\d)"
    rf"|(?P<cjk>[{_CJK}]+)"
    rf"|{_SCRIPT_PATTERN}"
    r"|(?P<drop>[$\\\u200b\ufeff])"
    r"|(?P<char>.))",
    re.DOTALL,
)
# Compiled by the first text that needs it, and kept by `re`: few have plain lines, and these sets of signs take long.
_PLAIN: Final = (
    r"[^\S\n]*+(?:"
    r"(?P<rows>\n)"
    r"|(?P<command>\\[A-Za-z]+)"
    rf"|(?P<word>(?![ΣΠ∑∏∫√∂∇{_SCRIPTS}{_CJK}])[^\W\d_](?:(?![{_SCRIPTS}{_CJK}])[^\W_])*)"
    r"|(?P<open>\{)|(?P<close>\})"
    rf"|(?P<number>(?![{_SCRIPTS}])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)"
    r"|(?P<entity>&(?:lt|gt|amp|le|ge|minus|times|quot|nbsp);)"
    rf"|(?P<cjk>[{_CJK}]+)"
    rf"|{_SCRIPT_PATTERN}"
    r"|(?P<drop>[$\\`\u200b\ufeff])"
    r"|(?P<char>.))"
)

# Commands that are known by their doubled backslash: \\log is no row break before the letters l, o, g.
_COMMON: Final = (
    "log ln exp frac tfrac dfrac int iint sum prod mathbb mathrm mathcal mathbf boldsymbol operatorname begin left "
    "right big Big bigl bigr text top det pm theta phi psi mu sigma lambda alpha beta gamma epsilon eta pi rho tau "
    "nabla partial mid Vert parallel ge geq le leq approx propto sim cdot quad qquad hat bar tilde sqrt infty "
    "underbrace dots"
)
_DOUBLED: Final = re.compile(rf"(?<!\\)\\\\(?=(?:{'|'.join(_COMMON.split())})(?![A-Za-z]))")
# Markdown eats one backslash before punctuation, so some authors write two: \\| and \\, and \\{ ... \\}.
_ESCAPED: Final = re.compile(r"(?<!\\)\\\\(?=[|,;!:]|[{}])")
_SINGLE_ESCAPE: Final = re.compile(r"(?<!\\)\\[|,;!:{}]")
_SINGLE: Final = re.compile(r"(?<!\\)\\[A-Za-z]")
# An underscore that Markdown took for emphasis and that came back as a star: \mathbb{E}*{q}, but not \norm*{x}.
_STARRED: Final = re.compile(
    r"(?:\}|(?<![\\A-Za-z])[A-Za-z]"
    r"|\\(?:sum|prod|int|nabla|theta|phi|mu|sigma|alpha|beta|epsilon|lambda))\*\{"
)
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)


def read_tex(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    r"""Tokens of LaTeX mathematics in `text[start:end]`; offsets count from the beginning of `text`.

    >>> [token.text for token in read_tex(r"\frac12 x_{10}")]
    ['\\frac', '1', '2', 'x', '_', '{', '10', '}']
    """
    end = len(text) if end is None else end
    body = text[start:end]
    excess = _excess(body)
    if excess:
        return _read_repaired(body, start, excess)
    return _scan(body, start, _TEX, underscores=bool(_STARRED.search(body)))


def read_plain(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    r"""Tokens of plain-text mathematics in `text[start:end]`; every line end is a row break.

    >>> [token.text for token in read_plain("log p(x_t) ≥ 0")]
    ['log', 'p', '(', 'x', '_', 't', ')', '≥', '0']
    """
    end = len(text) if end is None else end
    return _scan(text[start:end], start, re.compile(_PLAIN, re.DOTALL), underscores=False)


def _excess(body: str) -> set[int]:
    """Places of backslashes that were doubled on the way."""
    if "\\\\" not in body:
        return set()
    if not _SINGLE.search(body) and _DOUBLED.search(body):
        return {found.start() for found in re.finditer(r"\\\\", body)}
    single = frozenset(found[0][1] for found in _SINGLE_ESCAPE.finditer(body))
    places = [found for found in _ESCAPED.finditer(body) if body[found.end()] not in single]
    opens = sum(body[found.end()] == "{" for found in places)
    balanced = opens == sum(body[found.end()] == "}" for found in places)
    return {found.start() for found in places if balanced or body[found.end()] not in "{}"}


def _read_repaired(body: str, start: int, excess: set[int]) -> list[Token]:
    """Read the text without the backslashes in excess and give each token the place of its original."""
    kept = [place for place in range(len(body)) if place not in excess]
    repaired = "".join(body[place] for place in kept)
    # a token begins at the first of its backslashes
    starts = [place - 1 if place - 1 in excess else place for place in kept] + [len(body)]
    ends = [place + 1 for place in kept]
    tokens = _scan(repaired, 0, _TEX, underscores=bool(_STARRED.search(repaired)))
    return [
        Token(t.kind, t.text, start + starts[t.start], start + (ends[t.end - 1] if t.end else 0), t.spaced)
        for t in tokens
    ]


def _matching_braces(body: str) -> dict[int, int]:
    """Place of the closing brace for each opening brace that has one."""
    stack: list[int] = []
    pairs: dict[int, int] = {}
    for found in _BRACES.finditer(body):
        if found[0] == "{":
            stack.append(found.start())
        elif found[0] == "}" and stack:
            pairs[stack.pop()] = found.start()
    return pairs


def _scan(body: str, base: int, pattern: re.Pattern[str], *, underscores: bool) -> list[Token]:
    tokens: list[Token] = []
    append = tokens.append
    pairs: dict[int, int] | None = None
    length = len(body.rstrip())
    before = resume = 0  # where the last token ended; where to go on after words in braces
    for found in pattern.finditer(body, 0, length):
        group = found.lastgroup
        if group is None:  # cannot happen: the last alternative takes any character
            continue
        start, end = found.span(group)
        if start < resume:
            continue
        spaced = start > before
        before = end
        if group == "char":
            char = found[group]
            if char == "*" and underscores and not spaced and not (tokens and tokens[-1].text == "^"):
                char = "_"
            char = "\\sim" if char == "~" and pattern is not _TEX else _TWINS.get(char, char)
            append(Token(_char_kind(char), char, base + start, base + end, spaced))
        elif group == "number":
            _number(tokens, found[group], base + start, spaced)
        elif group == "words":
            if pairs is None:
                pairs = _matching_braces(body)
            close = pairs.get(end - 1, length)
            name = found[group][1:].rstrip("{ \t\n")
            before = resume = min(close + 1, length)
            if name in _PROSE_COMMANDS:
                append(Token(TokenKind.COMMAND, ROW_BREAK, base + start, base + start, spaced))
            words = _words(body[end:close])
            if name in _PROSE_COMMANDS and words[-1:] not in (":", "."):
                words = f"{words.rstrip(' ,;')}:"  # what stands between rows is no term of either
            append(Token(TokenKind.TEXT, words, base + start, base + resume, spaced))
            if name in _PROSE_COMMANDS:
                append(Token(TokenKind.COMMAND, ROW_BREAK, base + resume, base + resume))
        elif group == "drop":
            before = end if spaced else before
        else:
            _HANDLERS[group](append, found[group], base + start, base + end, spaced)
    return tokens


_Append = Callable[[Token], None]


def _char_kind(char: str) -> TokenKind:
    if char[0] == "\\":
        return TokenKind.COMMAND
    return TokenKind.LETTER if char.isalpha() and char not in "ΣΠ" else TokenKind.SYMBOL


def _words(content: str) -> str:
    """The words of \\text{...}; a space before them is kept, it tells a remark from a name."""
    content = content.replace("\\_", "_").replace("~", " ")
    words = " ".join(content.split())
    return f" {words}" if words and content[0].isspace() else words


def _number(tokens: list[Token], digits: str, start: int, spaced: bool) -> None:
    """A number, cut into the single digits that TeX takes as arguments after `_`, `^` and `\\frac`."""
    single = 0
    if tokens:
        before = tokens[-1]
        if before.text in ("_", "^"):
            single = 1
        elif before.text in _TWO_ARGUMENTS:
            single = 2
        elif len(tokens) > 1 and tokens[-2].text in _TWO_ARGUMENTS and before.kind is not TokenKind.OPEN:
            single = 1
    for _ in range(single):
        if len(digits) > 1 and digits[0] != ".":
            tokens.append(Token(TokenKind.NUMBER, digits[0], start, start + 1, spaced))
            digits, start, spaced = digits[1:], start + 1, False
    if digits:
        tokens.append(Token(TokenKind.NUMBER, digits, start, start + len(digits), spaced))


def _row(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
    append(Token(TokenKind.COMMAND, ROW_BREAK, start, end, spaced))


def _environment(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
    append(Token(TokenKind.COMMAND, "".join(written.split()), start, end, spaced))


def _command(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
    text = ROW_BREAK if written in ("\\newline", "\\cr", "\\tabularnewline") else written
    append(Token(TokenKind.COMMAND, text, start, end, spaced))


def _escape(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
    char = written[1]
    if char in "_%#&$":
        if char == "_":  # Markdown escapes underscores; in mathematics nothing else is meant
            append(Token(TokenKind.SYMBOL, "_", start, end, spaced))
        return
    append(Token(TokenKind.COMMAND, "\\ " if char.isspace() else written, start, end, spaced))


def _entity(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
    char = _ENTITIES.get(written[1:-1])
    if char is not None:
        append(Token(TokenKind.SYMBOL, char, start, end, spaced))


def _script(sign: str, letters: dict[str, str]) -> Callable[[_Append, str, int, int, bool], None]:
    def handler(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
        append(Token(TokenKind.SYMBOL, sign, start, end, spaced))
        append(Token(TokenKind.OPEN, "{", start, end))
        for inner in _scan("".join(letters[char] for char in written), 0, _TEX, underscores=False):
            append(Token(inner.kind, inner.text, start, end))
        append(Token(TokenKind.CLOSE, "}", start, end))

    return handler


def _word(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
    kind = TokenKind.LETTER if len(written) == 1 else TokenKind.WORD
    append(Token(kind, written, start, end, spaced))


def _simple(kind: TokenKind) -> Callable[[_Append, str, int, int, bool], None]:
    def handler(append: _Append, written: str, start: int, end: int, spaced: bool) -> None:
        append(Token(kind, written, start, end, spaced))

    return handler


_HANDLERS: Final[dict[str, Callable[[_Append, str, int, int, bool], None]]] = {
    "rows": _row,
    "env": _environment,
    "command": _command,
    "escape": _escape,
    "open": _simple(TokenKind.OPEN),
    "close": _simple(TokenKind.CLOSE),
    "entity": _entity,
    "param": _simple(TokenKind.SYMBOL),
    "cjk": _simple(TokenKind.TEXT),
    "sub": _script("_", _SUBSCRIPTS),
    "sup": _script("^", _SUPERSCRIPTS),
    "word": _word,
}
