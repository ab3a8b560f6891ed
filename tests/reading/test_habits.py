"""The habits of layout that are hardest on a reader: each is read for what it says, or refused with a hint."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from symelbo.reading import DocumentReading, Kind, read_document

CLAIM, DEFINITION, ESTIMATE = Kind.CLAIM, Kind.DEFINITION, Kind.ESTIMATE


@dataclass(frozen=True)
class Habit:
    """A document, and its statements: line, sign, kind, and the claim as it is understood."""

    name: str
    text: str
    statements: tuple[tuple[int, str, Kind, str], ...]
    path: str = "note.md"
    reasons: tuple[str | None, ...] | None = None


BAYES = "log(p(x)) = -log(p(z | x)) + log(p(x, z))"
SPLIT = "-log(p(z | x)) + log(p(x, z)) = log(p(x | z)) + log(p(z)) - log(p(z | x))"
CHAIN_RULE = "p(x, z) = p(x | z)*p(z)"
EVIDENCE = "log(p(x)) = log(Integral(p(x, z), z))"
JENSEN = "log(Integral(p(x, z), z)) \\ge Integral(log(p(x, z)/q(z))*q(z), z)"

HABITS = (
    Habit(
        "underscores turned into stars",
        "# Bound\n\n$$\n\\log p*\\theta(x) = \\mathbb{E}*{q*\\phi(z|x)}[\\log p*\\theta(x)]\n$$\n",
        ((4, "=", CLAIM, "log(p_\\theta(x)) = E_{q_\\phi(z | x)}[log(p_\\theta(x))]"),),
    ),
    Habit(
        "underscores escaped",
        "$$ \\log p\\_\\theta(x) = \\log p\\_\\theta(x, z) - \\log p\\_\\theta(z | x) $$",
        ((1, "=", CLAIM, "log(p_\\theta(x)) = -log(p_\\theta(z | x)) + log(p_\\theta(x, z))"),),
    ),
    Habit(
        "nothing but macros",
        r"""\documentclass{article}
\newcommand{\lat}{z}
\newcommand{\obs}{x}
\newcommand{\post}{p(\lat \mid \obs)}
\newcommand{\rec}{q(\lat \mid \obs)}
\newcommand{\dkl}[2]{D_{\mathrm{KL}}\left(#1 \,\|\, #2\right)}
\newcommand{\avg}[2]{\mathbb{E}_{#1}\left[#2\right]}
\newcommand{\be}{\begin{equation}}
\newcommand{\ee}{\end{equation}}
\begin{document}
\be
\dkl{\rec}{\post} = \avg{\rec}{\log \rec - \log \post}
\ee
\end{document}
""",
        ((12, "=", CLAIM, "KL(q(z | x) || p(z | x)) = E_{q(z | x)}[-log(p(z | x)) + log(q(z | x))]"),),
        path="note.tex",
    ),
    Habit(
        "equals signs in a comment column",
        r"""$$
\begin{aligned}
\log p(x) &= \log \int p(x, z) \, dz && \text{since } p(x) = \int p(x,z) dz \\
&\ge \int q(z) \log \frac{p(x, z)}{q(z)} \, dz & \quad (\text{Jensen, } f = \log)
\end{aligned}
$$""",
        ((3, "=", CLAIM, EVIDENCE), (4, r"\ge", CLAIM, JENSEN)),
        reasons=(r"since p(x) = \int p(x,z) dz", r"(Jensen, f = \log)"),
    ),
    Habit(
        "mathematics inside words",
        "$$\np(x, z) = p(x \\mid z) p(z) \\quad \\text{where $z$ is hidden and $p(z) = 1$ is not assumed}\n$$",
        ((2, "=", DEFINITION, CHAIN_RULE),),
        reasons=("where $z$ is hidden and $p(z) = 1$ is not assumed",),
    ),
    Habit(
        "braces as brackets",
        "$$\n\\mathbb{E}_{q(z)}\\{\\log p(x, z) - \\log q(z)\\} = \\log p(x) - \\mathrm{KL}\\{q(z) \\| p(z | x)\\}\n$$",
        ((2, "=", CLAIM, "E_{q(z)}[log(p(x, z)) - log(q(z))] = log(p(x)) - KL(q(z) || p(z | x))"),),
    ),
    Habit(
        "one row over several source lines",
        "$$\n\\begin{align}\n\\log p(x)\n&= \\log p(x, z)\n\n- \\log p(z | x) \\\\\n&=\n"
        "\\log p(x | z)\n+ \\log p(z) - \\log p(z | x)\n\\end{align}\n$$",
        ((4, "=", CLAIM, BAYES), (7, "=", CLAIM, SPLIT)),
    ),
    Habit(
        "relations at the ends of rows",
        "$$\n\\begin{aligned}\n\\log p(x) = \\\\\n\\log p(x, z) - \\log p(z | x) = \\\\\n"
        "\\log p(x | z) + \\log p(z) - \\log p(z | x)\n\\end{aligned}\n$$",
        ((3, "=", CLAIM, BAYES), (4, "=", CLAIM, SPLIT)),
    ),
    Habit(
        "entities of HTML",
        "$$ \\log p(x) &gt;= \\mathbb{E}_{q(z)}[\\log p(x, z) - \\log q(z)] $$\n\n$$ 0 &lt; p(x) $$\n",
        (
            (1, r"\ge", CLAIM, "log(p(x)) \\ge E_{q(z)}[log(p(x, z)) - log(q(z))]"),
            (3, "<", CLAIM, "0 < p(x)"),
        ),
    ),
    Habit(
        "backslashes doubled",
        "$$\n\\\\log p(x) = \\\\log p(x, z) - \\\\log p(z | x)\n$$",
        ((2, "=", CLAIM, BAYES),),
    ),
    Habit(
        "a newline that is none",
        "$$\n\\log p(x) = \\log p(x, z) \\newline - \\log p(z | x)\n$$",
        ((2, "=", CLAIM, BAYES),),
    ),
    Habit(
        "tags and labels",
        "$$\n\\log p(x) = \\log p(x, z) - \\log p(z | x) \\tag{$\\ast$}\n$$\n\n"
        "$$ p(x, z) = p(z) p(x | z) \\tag{2a} \\label{eq:two} $$",
        ((2, "=", CLAIM, BAYES), (5, "=", DEFINITION, CHAIN_RULE)),
    ),
    Habit(
        "colours and boxes",
        "$$\n\\log p(x) = {\\color{blue} \\log p(x, z)} - \\textcolor{red}{\\log p(z | x)}\n$$\n\n"
        "$$\n\\colorbox{yellow}{$p(x, z)$} = \\boxed{p(z) \\, p(x | z)}\n$$",
        ((2, "=", CLAIM, BAYES), (6, "=", DEFINITION, CHAIN_RULE)),
    ),
    Habit(
        "reasons over the sign",
        "$$\n\\log p(x) \\stackrel{\\text{Bayes}}{=} \\log p(x, z) - \\log p(z | x)\n"
        "\\overset{(b)}{=} \\log p(x | z) + \\log p(z) - \\log p(z | x)\n$$",
        ((2, "=", CLAIM, BAYES), (3, "=", CLAIM, SPLIT)),
        reasons=("Bayes", "(b)"),
    ),
    Habit(
        "a chain over prose",
        "We begin with\n\n$$ \\log p(x) = \\log p(x, z) - \\log p(z | x), $$\n\nwhich splits further into\n\n"
        "$$ = \\log p(x | z) + \\log p(z) - \\log p(z | x) $$\n\nbecause the joint factorises.",
        ((3, "=", CLAIM, BAYES), (7, "=", CLAIM, SPLIT)),
    ),
    Habit(
        "a block of plain text",
        "Take logs:\n\n    log p(x) = log ∫ p(x,z) dz\n             ≥ ∫ q(z) log [p(x,z) / q(z)] dz\n"
        "             = log p(x) − KL( q(z) ‖ p(z|x) )\n\nDone.\n",
        (
            (3, "=", CLAIM, EVIDENCE),
            (4, r"\ge", CLAIM, JENSEN),
            (5, "=", CLAIM, "Integral(log(p(x, z)/q(z))*q(z), z) = log(p(x)) - KL(q(z) || p(z | x))"),
        ),
        path="note.txt",
    ),
    Habit(
        "something left out",
        "$$ \\log p(x) = \\dots $$",
        ((1, "=", ESTIMATE, ""),),
    ),
)


def found(reading: DocumentReading) -> tuple[tuple[int, str, Kind, str], ...]:
    return tuple(
        (
            reading.location(one.span.start)[0],
            one.sign,
            one.kind,
            "".join(f"{first.claim.lhs} {one.sign} {first.claim.rhs}" for first in one.readings[:1]),
        )
        for one in reading.statements
    )


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_read_for_what_it_says(habit: Habit) -> None:
    reading = read_document(habit.path, habit.text)
    assert found(reading) == habit.statements
    assert not reading.problems
    if habit.reasons is not None:
        assert tuple(one.reason for one in reading.statements) == habit.reasons


REFUSED = (
    ("a bracket", "$$ \\log p(x = \\log p(x, z) $$", 1, "`(` is never closed; add the `)` where it ends; expected `)`"),
    (
        "a macro from elsewhere",
        "$$ \\log p(x) = \\wibble p(x, z) $$",
        1,
        r"`\wibble` is not a command that is known here; define it with `\newcommand{\wibble}{...}`",
    ),
    (
        "a missing side",
        "Then\n\n$$ \\log p(x) = $$",
        3,
        "nothing stands on this side of the relation; write the expression here",
    ),
)


@pytest.mark.parametrize(("name", "text", "line", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_with_a_hint(name: str, text: str, line: int, message: str) -> None:
    reading = read_document("note.md", text)
    (one,) = reading.statements
    assert (reading.location(one.span.start)[0], one.sign, one.kind, one.readings) == (line, "=", Kind.UNREAD, ())
    assert one.problem is not None and one.problem.message == message


def test_a_display_that_is_never_closed_is_read_as_far_as_its_blank_line() -> None:
    reading = read_document(
        "note.md", "# A\n\n$$ \\log p(x) = \\log p(x, z) - \\log p(z | x)\n\n# B\n\n$$ p(x) = 1 $$\n"
    )
    assert [row[:3] for row in found(reading)] == [(3, "=", CLAIM), (7, "=", DEFINITION)]
    (problem,) = reading.problems
    assert problem.message == "the display that begins with $$ here is never closed; end it with $$"
    assert reading.location(problem.span.start) == (3, 1)


def test_displays_without_any_relation_claim_nothing_and_say_so() -> None:
    text = "".join(f"Step {k}\n\n$$ \\log p(x, z) - {k} \\log q(z) $$\n\n" for k in range(1, 11))
    reading = read_document("note.md", text)
    assert not reading.statements and not reading.problems
    assert reading.notes == (
        "10 displays were read, but none has a relation sign, so nothing is claimed; "
        r"begin a display with = or \ge where it goes on from the one before it",
    )
    assert not read_document("note.md", text + "$$ \\log p(x) = \\log p(x) $$\n").notes


def test_a_star_that_multiplies_stays_a_product() -> None:
    assert found(read_document("note.md", "$$ 2*\\log p(x) = \\log p(x)*\\log p(x) $$")) == (
        (1, "=", CLAIM, "2*log(p(x)) = log(p(x))**2"),
    )
