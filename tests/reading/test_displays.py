"""Documents to chains of claims, across rows, displays and prose; and reading as a total, linear function."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symelbo.reading.layout.displays import ReadDocument, read_chains
from symelbo.reading.sources.tokens import Side


def written(side: Side | None) -> str:
    if side is None:
        return "?"
    return "!" if side.problem is not None else " ".join(token.text for token in side.tokens)


def chains(source: str, path: str = "note.md") -> list[str]:
    """Every chain as `left <sign> right ...`; a claim in a label is marked with *."""
    return [
        written(chain.start) + "".join(f" <{k.sign}{'*' if k.label else ''}> {written(k.right)}" for k in chain.links)
        for chain in read_chains(path, source).chains
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$$a = b \\\\ = c \\\\ \\ge d$$", [r"a <=> b <=> c <\ge> d"]),
        ("$$a = b$$ then $$\\ge c$$", ["a <=> b", r"b <\ge> c"]),
        ("$$a$$ then $$= b$$ then $$= c$$", ["a <=> b", "b <=> c"]),
        ("$$a =$$ then $$b$$", ["a <=> b"]),
        ("$$a =$$ then $$= b$$", ["a <=> b"]),
        ("$$= b$$", ["? <=> b"]),
        ("$$a = b \\\\ c = d$$", ["a <=> b", "c <=> d"]),
        ("$$a = b. $$", ["a <=> b"]),
        ("$$a = b \\\\ + c \\\\ \\quad - d \\\\ \\cdot e \\\\ = f$$", [r"a <=> b + c - d \cdot e <=> f"]),
        ("$$a = b + \\\\ c = d$$", ["a <=> b + c <=> d"]),
        ("$$a = \\\\ b \\ge \\\\ c$$", [r"a <=> b <\ge> c"]),
        ("$$a = \\\\ = c$$", ["a <=> c"]),
        ("\\begin{align} & a \\\\ &= b \\\\ &\\quad c \\end{align}", ["a <=> b c"]),
        ("\\begin{align} a &= b \\\\ -c &= d \\end{align}", ["a <=> b", "- c <=> d"]),
        ("\\begin{align} a &= b \\\\ &- c \\end{align}", ["a <=> b - c"]),
        ("\\begin{multline} a \\\\ = b \\\\ c \\end{multline}", ["a <=> b c"]),
        ("$$\\begin{cases} a = b, \\\\ c = d \\end{cases}$$", ["a <=> b", "c <=> d"]),
        ("$$\\left\\{\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\\right.$$", ["a <=> b", "c <=> d"]),
        ("\\begin{equation}\\begin{split} a &= b \\\\ &= c \\end{split}\\end{equation}", ["a <=> b <=> c"]),
        ("\\begin{gather} a = b , \\\\ c \\le d . \\end{gather}", ["a <=> b", r"c <\le> d"]),
        ("$$\\begin{array}{rcl} a &=& b \\\\ &=& c \\end{array}$$", ["a <=> b <=> c"]),
        ("$$\\boxed{a = b}$$", ["a <=> b"]),
        ("$$a = \\cdots = b$$", [r"a <=> \cdots <=> b"]),
        ("$$p(x=1) = \\sum_{n=1}^N E[f \\mid z = n]$$", [r"p ( x = 1 ) <=> \sum _ { n = 1 } ^ N E [ f \mid z = n ]"]),
        ("$$\\text{Hence we get } a = b$$", ["a <=> b"]),
        ("$$\\text{entropy of } q = b$$", ["entropy of q <=> b"]),
        ("$$a = b \\text{ (by Bayes)}$$", ["a <=> b"]),
        ("$$a = 2 \\text{KL gap}$$", ["a <=> 2 KL gap"]),
        ("$$a = \\log \\text{ evidence}$$", [r"a <=> \log  evidence"]),
        ("$$x \\longrightarrow q(z)$$", []),
        ("inline $a = b$", []),
    ],
)
def test_chains(source: str, expected: list[str]) -> None:
    assert chains(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"$$a = b \underbrace{c}_{= 1}$$", ["a <=> b { c }", "c <=*> 1"]),
        (r"$$a + \underbrace{c}_{\ge 0} = b$$", [r"c <\ge*> 0", "a + { c } <=> b"]),
        (
            r"$$a = \underbrace{b + \overbrace{c}^{= 2}}_{=: L}$$",
            ["a <=> { b + { c } }", "c <=*> 2", "b + { c } <=:*> L"],
        ),
        (r"$$a = \underbrace{c}_{\text{gap} \ge 0}$$", ["a <=> { c }", r"c <\ge*> 0"]),
        (r"$$a = \underbrace{c}_{\text{gap} \to 0}$$", ["a <=> { c }"]),
        (r"$$a = \underbrace{c}_{\text{it is } \ge 0 \text{ here and there}}$$", ["a <=> { c }", r"c <\ge*> 0"]),
    ],
)
def test_relations_under_braces(source: str, expected: list[str]) -> None:
    assert chains(source) == expected


def test_a_chain_over_displays_shares_its_side() -> None:
    read = read_chains("a.md", "$$a = b$$ and so $$\\ge c$$")
    first, second = read.chains
    assert second.start is first.links[0].right
    assert (first.display, second.display) == (0, 1)


def test_places_and_reasons() -> None:
    source = "\\begin{align}\n a &= b && \\text{why} \\\\\n &\\overset{x}{\\ge} c\n\\end{align}"
    links = read_chains("a.tex", source).chains[0].links
    read = read_chains("a.tex", source)
    assert [(read.location(k.span.start), k.written, k.reason) for k in links] == [
        ((2, 5), "=", "why"),
        ((3, 15), "\\ge", "x"),
    ]
    side = links[0].right
    assert read.text[side.span.start : side.span.end] == "b"


def test_macros_of_the_document_and_of_directives() -> None:
    source = "<!-- symelbo: define \\newcommand{\\e}[1]{E[#1]} -->\n$$\\newcommand{\\x}{y} \\e{\\x} = 1$$"
    assert chains(source) == ["E [ y ] <=> 1"]
    assert chains("\\newcommand{\\beq}{:=} $$a \\beq b$$", "a.tex") == ["a <:=> b"]


def items(read: ReadDocument) -> list[str]:
    return [getattr(item, "kind", "chain") for item in read.items]


def test_directives_stand_in_reading_order() -> None:
    source = (
        "% symelbo: assume a = b, \\; z \\sim s(z)\n$$c = d$$\n% symelbo: latent z_1, w\n$$e = f$$\n% symelbo: skip\n"
    )
    read = read_chains("a.tex", source)
    assert items(read) == ["assume", "chain", "latent", "chain", "skip"]
    assume, latent, _ = read.directives
    assert [written(chain.start) for chain in assume.chains] == ["a"]
    assert [" ".join(t.text for t in aside) for aside in assume.asides] == [r"z \sim s ( z )"]
    assert [" ".join(t.text for t in name) for name in latent.names] == ["z _ 1", "w"]
    place = assume.chains[0].links[0].span.start
    assert source[place] == "="


def test_skip_and_expect_hold_for_the_next_display_only() -> None:
    source = "% symelbo: skip\n$$a = b$$ $$c = d$$\n% symelbo: expect refuted\n$$e = f$$ $$g = h$$"
    read = read_chains("a.tex", source)
    assert [(written(chain.start), chain.expect_refuted) for chain in read.chains] == [
        ("c", False),
        ("e", True),
        ("g", False),
    ]
    assert [note.message for note in read.notes] == ["this display is left out, as its directive asks"]


def test_unknown_directives_are_reported() -> None:
    read = read_chains("a.tex", "% symelbo: asume a = b\n")
    assert not read.items
    assert read.problems[0].message.startswith('symelbo does not know the directive "asume"; write one of: assume')
    assert not read_chains("a.tex", "% symelbo: assume a = b\n").problems


def test_expressions_alone_are_kept_beside() -> None:
    read = read_chains("a.md", "$$E[f]$$\n\n$$z \\sim q(z)$$\n\n$$\\text{words}$$")
    assert not read.chains
    assert [" ".join(token.text for token in aside.tokens) for aside in read.asides] == ["E [ f ]", r"z \sim q ( z )"]


def test_an_empty_side_has_a_problem() -> None:
    (chain,) = read_chains("a.md", "$$a =$$").chains
    assert chain.links[0].right.problem is not None
    assert (
        chain.links[0].right.problem.message == "nothing stands on this side of the relation; write the expression here"
    )


def test_plain_text_blocks() -> None:
    source = "```\nlog p(x) = log Σ_z p(x, z)\n         ≥ E_q[log p(x, z)]\n           + H(q)\nKL(q || p) >= 0\n```"
    assert chains(source) == [
        r"log p ( x ) <=> log Σ _ z p ( x , z ) <\ge> E _ q [ log p ( x , z ) ] + H ( q )",
        r"KL ( q | | p ) <\ge> 0",
    ]


# --- reading is total and linear -------------------------------------------------------------------------------------

_SOUP = (
    r"\begin{align} \end{align} \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix} $$ $ \\ \\[4pt] & && = \ge "
    r": := =: < > >_q ( ) [ ] { } \{ \} \left \right \left. \right. | \| \underbrace \overbrace _ ^ _{ ^{ \text{ "
    r"\text{and} \text{for} \quad , ; + - \overset \stackrel \color{red} \boxed{ \tag{1} \intertext{ \Rightarrow "
    r"\because \dots x p(x) 12 \frac12 \log \sim `` ``` ```math # \[ \] \newcommand{\a}[1]{ \def\a{\a} \a #1 \, ~ "
    r"&lt; \_ *{ ₁ ≥ Σ \iffalse \verb| \kern {\rm \substack{ <!-- --> symelbo: skip"
)
_PIECES = _SOUP.split()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*_PIECES, " ", "\n", "\n\n", "% symelbo: skip\n", "% symelbo: assume a = \n"]), max_size=60
    ),
    st.sampled_from(["a.md", "a.tex", "a.txt", "a.ipynb"]),
    st.sampled_from(["$$", "\\begin{align}", ""]),
)
def test_token_soup_is_read_without_an_exception(pieces: list[str], path: str, opener: str) -> None:
    read = read_chains(path, opener + " ".join(pieces) + opener.replace("begin", "end"))
    for chain in read.chains:
        assert chain.links
        for side in [chain.start, *(link.right for link in chain.links)]:
            assert side is None or side.tokens or side.problem is not None
            assert side is None or 0 <= side.span.start <= side.span.end <= len(read.text)
    for problem in (*read.problems, *read.notes):
        read.location(problem.span.start)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["a.md", "a.tex", "a.txt", "a.ipynb"]))
def test_any_text_is_read_without_an_exception(text: str, path: str) -> None:
    read_chains(path, text)
    read_chains(path, f"$${text}$$")


@pytest.mark.parametrize(
    "piece",
    [
        "( = ) ",
        "{",
        "\\underbrace{x}_{= ",
        "\\underbrace{",
        "\\overset{a}{",
        "\\text{",
        "= a \\\\ ",
        "+ a \\\\ ",
        "& ",
        "\\begin{pmatrix}",
        "a = b, \\quad ",
        "\\left(",
        "\\a{",
        "<",
        "\\\\[ ",
        "\\[a\n\n# ",
        "` ``",
    ],
)
def test_long_and_deep_input_takes_linear_time(piece: str) -> None:
    source = "\\newcommand{\\a}[1]{#1 #1}\n$$x = " + piece * 2000
    started = time.process_time()
    read_chains("a.md", source)
    read_chains("a.tex", source + "$$")
    assert time.process_time() - started < 5


@pytest.mark.parametrize("frame", ["<!-- {} -->", "$$ {} = x $$", "The law is ${}$ here.", "Noise $e$ {} is small."])
def test_long_blanks_between_words_take_linear_time(frame: str) -> None:
    source = f"The prior {frame.format('x' * 20_000)} of $z$.\n" + f"A prior {frame.format(' ' * 20_000)} of $z$.\n"
    started = time.process_time()
    read_chains("a.md", source + "\n$$a = b$$\n", prose=True)
    assert time.process_time() - started < 2


def test_many_displays_are_read_fast() -> None:
    display = "\n\n$$\n\\log p(x) \\ge E_{q(z)}[\\log p(x, z)] - E_{q(z)}[\\log q(z)] \\\\ = F\n$$\n\ntext"
    started = time.process_time()
    read = read_chains("a.md", display * 500)
    assert time.process_time() - started < 5
    assert sum(len(chain.links) for chain in read.chains) == 1000
