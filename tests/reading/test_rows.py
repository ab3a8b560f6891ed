"""Decoration, nesting, rows, columns and statements of one display."""

from __future__ import annotations

import pytest

from symelbo.reading.layout.nesting import measure, relation_at
from symelbo.reading.layout.rows import Row, read_rows
from symelbo.reading.layout.unwrapping import unwrap
from symelbo.reading.sources.lexer import read_tex


def rows(source: str) -> list[Row]:
    return read_rows(unwrap(read_tex(source)))[0]


def flat(source: str) -> list[list[str]]:
    """Each row as its statements, written with single spaces; sides and signs alternate."""
    result = []
    for row in rows(source):
        statements = []
        for statement in row.statements:
            pieces = []
            for place, side in enumerate(statement.sides):
                if place:
                    pieces.append(f"<{statement.relations[place - 1].sign}>")
                pieces.extend(token.text for token in side)
            statements.append(" ".join(pieces))
        result.append(statements)
    return result


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\boxed{a} \label{x = y} \tag{$1 = 2$} \nonumber", "a"),
        (r"{\color{red} x}^2 \textcolor{blue}{y}", "x ^ 2 y"),
        (r"\phantom{= b} a \hphantom{c}", "a"),
        (r"\Big( \bigl[ a \bigr] \Big)", "( [ a ] )"),
        (r"\left| a \right| \big\| b \middle\| c", r"\lvert a \rvert \| b \| c"),
        (r"\left\{ a \right. \left. b \right|", r"\, a b \rvert"),
        (r"a \, \; \! ~ \: b \displaystyle \limits", "a b"),
        (r"\mathop{\mathbb{E}}_{z}", r"\mathbb { E } _ { z }"),
        (r"\bbox[red]{a} \smash[b]{c}", "a c"),
        (r"={} x_{}", "= x _ { }"),
        (r"{\rm d}z \; {\bf x} \cal L", r"\mathrm { d } z \mathbf { x } \mathcal L"),
        (r"\underbrace{a + b}_{\text{name}} c", "{ a + b } c"),
        (r"a \kern2pt b \hspace{1em} c", r"a b \quad c"),
        (r"\overset{(a)}{=} \underset{q}{\max}", r"= \underset { q } { \max }"),
    ],
)
def test_decoration(source: str, expected: str) -> None:
    assert " ".join(token.text for token in unwrap(read_tex(source)).tokens) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (r"\overset{\text{Jensen}}{\ge}", "Jensen"),
        (r"\stackrel{(a)}{=}", "(a)"),
        (r"\underset{\text{by 2}}{\overset{!}{\le}}", "by 2 !"),
        (r"\underbrace{=}_{\text{Bayes}}", "Bayes"),
        (r"\xlongequal{\text{why}}", "why"),
        (r"=^{(b)}", "(b)"),
        (r"\geq_{\text{convex}}", "convex"),
    ],
)
def test_words_at_a_sign_are_its_reason(source: str, reason: str) -> None:
    assert unwrap(read_tex(source)).reasons == {0: reason}


def test_labels_know_what_they_embrace() -> None:
    found = unwrap(read_tex(r"a + \underbrace{b}_{= 1} + \overbrace{c}^{\text{rest}}"))
    assert [(label.first, label.last) for label in found.labels] == [(2, 5), (6, 9)]
    assert [[t.text for t in label.tokens.tokens] for label in found.labels] == [["=", "1"], ["rest"]]


@pytest.mark.parametrize("source", ["a } b", "{ a"])
def test_a_brace_without_a_partner_is_reported(source: str) -> None:
    assert len(unwrap(read_tex(source)).problems) == 1
    assert not unwrap(read_tex("{ a }")).problems


@pytest.mark.parametrize(
    ("source", "sign", "length"),
    [
        (":=", ":=", 2),
        (r"\colon=", ":=", 2),
        ("=:", "=:", 2),
        ("<=", r"\le", 2),
        (r"\geq", r"\ge", 1),
        ("≥", r"\ge", 1),
        (r"\triangleq", ":=", 1),
        (r"\equiv", ":=", 1),
        (r"\simeq", r"\approx", 1),
        ("==", "=", 2),
    ],
)
def test_signs(source: str, sign: str, length: int) -> None:
    assert relation_at(read_tex(source), 0) == (sign, length)


@pytest.mark.parametrize(
    "source", [r"\mid", r"\|", "|", r"\to", r"\sim", r"\in", r"\longrightarrow", "=>", ":", r"\text{=}"]
)
def test_not_signs_of_claims(source: str) -> None:
    assert relation_at(read_tex(source), 0) is None


def test_brackets_hide_signs_and_lone_brackets_do_not() -> None:
    def hidden(source: str) -> bool:
        tokens = read_tex(source)
        place = next(index for index, token in enumerate(tokens) if token.text == "=")
        return measure(tokens).depth[place] > 0

    assert all(map(hidden, ["p(x=1)", "[f | z = 1]", r"\sum_{n=1}", r"\{x = 1\}", r"\langle a = b \rangle", "[0=1)"]))
    assert not any(map(hidden, ["( a = b", "a = b )", "[ a } = b", r"\left( a \\ &= b )"]))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # rows and columns
        (r"a &= b \\ &\ge c", [["a <=> b"], [r"<\ge> c"]]),
        (r"a &=& b \\ &\le& c", [["a <=> b"], [r"<\le> c"]]),
        (r"a =& b \\ =& c", [["a <=> b"], ["<=> c"]]),
        (r"a &= b \qquad (2)", [["a <=> b"]]),
        (r"a &= b && \text{Bayes} \\ &= c && Q = 1", [["a <=> b"], ["<=> c"]]),
        (r"a &= 1 , & b &= 2 , & c &= 3", [["a <=> 1", "b <=> 2", "c <=> 3"]]),
        (r"a &= b & \text{so } x = y", [["a <=> b"]]),
        (r"a = 1, \quad c &= 3", [["a <=> 1", "c <=> 3"]]),
        (r"a &= b \\ \intertext{and $c = d$} e &= f", [["a <=> b"], ["e <=> f"]]),
        (r"f(a, \\ b) &= c", [["f ( a , b ) <=> c"]]),
        (r"\text{(i)} & a = b", [["a <=> b"]]),
        # several relations, several statements
        (r"a = b \ge c", [[r"a <=> b <\ge> c"]]),
        (r"a = b, \qquad c = d", [["a <=> b", "c <=> d"]]),
        (r"a = b, c = d", [["a <=> b", "c <=> d"]]),
        (r"a_1, a_2 = d", [["a _ 1 , a _ 2 <=> d"]]),
        (r"a = b \implies c = d", [["a <=> b", "c <=> d"]]),
        (r"\therefore \; a = b", [["a <=> b"]]),
        (r"\Rightarrow \quad = b", [["<=> b"]]),
        (r"a = b \quad \text{and} \quad c = d", [["a <=> b", "c <=> d"]]),
        (r"a = \text{free energy} + \text{const}", [["a <=> free energy + const"]]),
        (r"a \text{log} b = c", [["a log b <=> c"]]),
        (r"\arg\max_q \quad F = c", [[r"\arg \max _ q F <=> c"]]),
        # remarks
        (r"a = b \quad \text{for all } q = p", [["a <=> b"]]),
        (r"a = b \quad \forall x = 1", [["a <=> b"]]),
        (r"a = b \quad (\because q = p)", [["a <=> b"]]),
        (r"a = b \because q = p", [["a <=> b"]]),
        (r"a_n = b_n, \quad n = 1, \dots, N", [["a _ n <=> b _ n"]]),
        (r"a_t = b_t, \quad t \ge 2", [["a _ t <=> b _ t"]]),
        (r"(3) \quad a = b", [["a <=> b"]]),
        (r"\text{Claim: } a = b", [["Claim: a <=> b"]]),
        (r"a \ge b \text{ with equality iff } q = p", [[r"a <\ge> b"]]),
        (r"a = b \text{ since } q = p", [["a <=> b"]]),
        (r"a = b \quad q \text{ fixed}", [["a <=> b"]]),
        (r"\text{ELBO}: \quad a = b", [["a <=> b"]]),
        (r"a \overset{\text{why}}{\Rightarrow} b = c", [["a", "b <=> c"]]),
        (r"a ={}& b \\ &{}+ c", [["a <=> b"], ["+ c"]]),
        (r"a &= b & c", [["a <=> b c"]]),
        (r"\lefteqn{a} \\ &=& b", [["a"], ["<=> b"]]),
        # not claims
        (r"z = f(e), \quad e \sim s", [["z <=> f ( e )"]]),
    ],
)
def test_statements(source: str, expected: list[list[str]]) -> None:
    assert flat(source) == expected


def test_reasons_of_rows() -> None:
    first, second, third = rows(r"a &= b && \text{sum rule} \\ &= c \quad \text{(Markov)} \\ &= d \qquad (3)")
    assert [row.statements[0].reasons for row in (first, second, third)] == [["sum rule"], ["(Markov)"], ["(3)"]]
    (before,) = rows(r"\text{for all } t, a = b")
    assert before.statements[0].reasons == ["for all t"]


def test_what_is_said_beside_is_kept() -> None:
    (row,) = rows(r"z = f(e), \quad e \sim s(e)")
    assert ["".join(token.text for token in aside) for aside in row.asides] == [r"e\sims(e)"]


def test_a_list_of_facts() -> None:
    _, facts = read_rows(unwrap(read_tex(r"\begin{cases} a = b \\ c = d \end{cases}")))
    assert facts
    (row,), facts = read_rows(unwrap(read_tex(r"f = \begin{cases} 1 & x > 0 \\ 0 & x = 0 \end{cases}")))
    assert not facts
    assert len(row.statements[0].relations) == 1


def test_definition_marks_over_an_equals_sign() -> None:
    signs = [
        rows(source)[0].statements[0].relations[0].sign
        for source in (r"a \overset{\text{def}}{=} b", r"a \overset{d}{=} b")
    ]
    assert signs == [":=", "="]


def test_angle_brackets_written_as_signs() -> None:
    assert flat("a = < f >_q + < g >_{q(z)}") == [[r"a <=> \langle f \rangle _ q + \langle g \rangle _ { q ( z ) }"]]
    assert flat("a < f > b") == [["a <<> f <>> b"]]
