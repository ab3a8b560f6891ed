"""Meaning of documents: what each relation sign says, what is given, and what cannot be read. Every case has a twin."""

from __future__ import annotations

import pytest

from symelbo.language import Relation
from symelbo.reading import DocumentReading, Kind, Statement, read_document


def read(*displays: str, before: str = "") -> DocumentReading:
    """A document with a directive and displays of its own."""
    head = f"<!-- symelbo: {before} -->\n\n" if before else ""
    return read_document("note.md", head + "\n\n".join(f"$$\n{display}\n$$" for display in displays) + "\n")


def claim(statement: Statement) -> str:
    """The conventional reading in words."""
    made = statement.readings[0].claim
    return f"{made.lhs} {made.relation.value} {made.rhs}"


def only(*displays: str, before: str = "") -> Statement:
    """The last statement."""
    return read(*displays, before=before).statements[-1]


KINDS = {
    "a rule of probability is claimed": (r"\log p(x, z) = \log p(z) + \log p(x | z)", Kind.CLAIM),
    "a factorisation with a joint on the left is the model": ("p(x, z) = p(z) p(x | z)", Kind.DEFINITION),
    "a known law is the model": ("p(z) = N(z; 0, 1)", Kind.DEFINITION),
    "the sign := defines": (r"\mathcal{L}(q) := E_{q(z)}[\log p(x, z)]", Kind.DEFINITION),
    "an inequality never defines": (r"\mathcal{L}(q) \ge E_{q(z)}[\log p(x, z)]", Kind.CLAIM),
    "a new name alone on a side is defined": ("a = b + 1", Kind.DEFINITION),
    "a name in its own value is not": ("a = a + 1", Kind.CLAIM),
    "a list is a table row for a density": ("p(z) = (0.4, 0.6)", Kind.DEFINITION),
    "a density in terms of a met family is claimed": (r"p(x) = \int p(x, z) \, dz", Kind.CLAIM),
    "a rounded number is claimed": (r"\log p(x) \approx -0.51", Kind.CLAIM),
    "an approximation by an expression is an estimate": (r"\log p(x) \approx \log p(x, z)", Kind.ESTIMATE),
}


@pytest.mark.parametrize("case", KINDS)
def test_what_a_relation_says(case: str) -> None:
    text, kind = KINDS[case]
    assert only(text).kind is kind


def test_a_name_is_defined_once_and_claimed_after() -> None:
    first, again = read("p(z) = N(z; 0, 1)", "p(z) = N(z; 0, 1)").statements
    assert (first.kind, again.kind) == (Kind.DEFINITION, Kind.CLAIM)
    assert first.context is not None and again.context is not None
    assert [len(s.context.definitions) for s in (first, again) if s.context] == [0, 1]


READINGS = {
    "functionals keep their families": (
        [r"F[q] = E_{q(z)}[\log p(x, z)] + H[q(z)]", r"F[q] \le \log p(x)"],
        r"F(q) \le log(p(x))",
    ),
    "functions of quantities take quantities": (["f(a) = a + 1", "f(b) = b + 1"], "f(b) = b + 1"),
    "a bare law is completed from its other uses": (
        [r"E_q[\log p(x, z)] \le KL(q(z | x) \| p(z))"],
        r"E_{q(z | x)}[log(p(x, z))] \le KL(q(z | x) || p(z))",
    ),
    "a bare side of a divergence is completed to fit the other": (
        [r"E_{q(z)}[f(z)] = E_{q(y)}[g(y)]", r"KL(q \| p(y)) \ge 0"],
        r"KL(q(y) || p(y)) \ge 0",
    ),
    "copies of a variable that the document has": (
        [r"p(z, \theta) = p(\theta) p(z | \theta)", r"\log p(z_k | \theta') = \log p(z_k, \theta') - \log p(\theta')"],
        r"log(p(z=z_k | \theta=\theta')) = -log(p(\theta=\theta')) + log(p(z=z_k, \theta=\theta'))",
    ),
    "primes of a variable that it has not": (
        [r"\log p(\theta') \le 0"],
        r"log(p(\theta')) \le 0",
    ),
    "a vector that a product takes apart": (
        [r"q(z) = \prod_{j=1}^J q_j(z_j)", r"\log q(z) = \sum_{j=1}^J \log q_j(z_j)"],
        "log(q(z_1:J)) = Sum(log(q_j(z_j)), j, 1, J)",
    ),
    "a name that no product takes apart": (
        [r"q(z) = \prod_{j=1}^J q_j(y_j)", r"\log q(z) = \sum_{j=1}^J \log q_j(y_j)"],
        "log(q(z)) = Sum(log(q_j(y_j)), j, 1, J)",
    ),
    "blocks of what came before": (
        [r"\log p(z_{1:T}) = \sum_{t=1}^T \log p(z_t | z_{<t})"],
        "log(p(z_1:T)) = Sum(log(p(z_t | z_1:t - 1)), t, 1, T)",
    ),
    "blocks that count the present": ([r"\log p(z_{1:T}) = \log p(z_{\le T})"], "log(p(z_1:T)) = log(p(z_1:T))"),
    "an expectation without its law": (
        [r"\log p(x) \ge E[\log p(x, z) - \log q(z | x)]"],
        r"log(p(x)) \ge E_{q(z | x)}[log(p(x, z)) - log(q(z | x))]",
    ),
    "an expectation with its law": (
        [r"\log p(x) \ge E_{p(z)}[\log p(x, z) - \log q(z | x)]"],
        r"log(p(x)) \ge E_{p(z)}[log(p(x, z)) - log(q(z | x))]",
    ),
}


@pytest.mark.parametrize("case", READINGS)
def test_how_names_are_read(case: str) -> None:
    displays, expected = READINGS[case]
    assert claim(only(*displays)) == expected


def test_an_integral_without_its_variable_is_over_the_latent_one() -> None:
    text = r"p(x) = \int p(x, z)"
    taken = only(text, before="latent z")
    assert claim(taken) == "p(x) = Integral(p(x, z), z)"
    assert taken.note == "the integral without a differential is taken over z"
    lost = only(text)
    assert lost.kind is Kind.UNREAD and lost.problem is not None and "write dz" in lost.problem.message


def test_what_was_filled_in_is_said() -> None:
    assert only(r"E_q[\log p(x, z)] \le KL(q(z | x) \| p(z))").note == "q is read as q(z | x)"
    assert only(r"E_{q(z)}[\log p(x, z)] \le KL(q(z | x) \| p(z))").note is None


CONSTANTS = {
    "what the left side is a density of": (r"\log p(z | x) = \log p(x, z) + \text{const}", "", ["z"]),
    "what the author says": (r"\log p(z | x) = \log p(x, z) + \text{const}", "constant wrt z, x", ["z", "x"]),
    "a family the author names": (
        r"E_{q(z)}[\log p(z | x)] = E_{q(z)}[\log p(x, z)] + \text{const}",
        "constant wrt q",
        ["q"],
    ),
    "proportional to": (r"p(z | x) \propto p(x, z)", "", ["z"]),
}


@pytest.mark.parametrize("case", CONSTANTS)
def test_constants_are_constant_in_something(case: str) -> None:
    text, before, expected = CONSTANTS[case]
    made = only(text, before=before).readings[0].claim
    assert made.relation in (Relation.EQUAL_UP_TO_CONSTANT, Relation.PROPORTIONAL)
    assert [str(name) for name in made.wrt] == expected
    assert "const" not in str(made.rhs)


def test_a_letter_is_no_constant_left_out() -> None:
    made = only(r"\log p(z | x) = \log p(x, z) + c").readings[0].claim
    assert made.relation is Relation.EQUAL and made.wrt == ()


HEADS = {
    "equal, then greater: from the head too": (r"a + 1 = b + 1 \ge c + 1", [None, r"a + 1 \ge c + 1"]),
    "greater, then equal: the row says less": (r"a + 1 \ge b + 1 = c + 1", [None, None]),
    "greater, then greater": (r"a + 1 \ge b + 1 \ge c + 1", [None, r"a + 1 \ge c + 1"]),
    "greater, then less: nothing follows": (r"a + 1 \ge b + 1 \le c + 1", [None, None]),
    "one relation has no other head": (r"a + 1 \ge b + 1", [None]),
}


@pytest.mark.parametrize("case", HEADS)
def test_chains_say_something_from_their_head(case: str) -> None:
    text, expected = HEADS[case]
    found = []
    for statement in read(text).statements:
        made = [r.claim for r in statement.from_head]
        found.append(f"{made[0].lhs} {made[0].relation.value} {made[0].rhs}" if made else None)
    assert found == expected


MAY_DEFINE = {
    "a new name in a sum": (["a + b = 2"], True),
    "in an inequality": ([r"a + b \ge 2"], False),
    "in a chain": (["a + b = 2 = c + d"], False),
    "with names met before": (["a + b = 2", "a - b = 1"], False),
    "with a density": ([r"a + \log p(x) = 2"], False),
}


@pytest.mark.parametrize("case", MAY_DEFINE)
def test_equations_with_new_names_may_be_given(case: str) -> None:
    displays, expected = MAY_DEFINE[case]
    assert only(*displays).may_define is expected


def test_an_assumption_that_is_not_understood_leaves_a_gap() -> None:
    lost = read(r"\log p(x) = 0", before=r"assume p(z_{1:}) = 1")
    assert "the range of z has no upper end" in (lost.statements[0].gap or "")
    assert lost.statements[0].gap in lost.notes
    taken = read(r"\log p(x) = 0", before="assume p(x, z) = p(z) p(x | z)")
    assert taken.statements[0].gap is None and taken.notes == ()
    context = taken.statements[0].context
    assert context is not None and len(context.factorisations) == 1


def test_an_assumed_independence_is_in_the_context() -> None:
    with_it = only("p(x | y, z) = p(x | z)", before=r"assume x \perp y | z").context
    without = only("p(x | y, z) = p(x | z)").context
    assert with_it is not None and without is not None
    assert (len(with_it.independences), len(without.independences)) == (1, 0)


@pytest.mark.parametrize(("name", "known"), [("L", 1), ("M", 0)])
def test_functionals_may_be_defined_further_down(name: str, known: int) -> None:
    first = read(r"\log p(x) \ge \mathcal{L}", rf"\mathcal{{{name}}} := E_{{q(z)}}[\log p(x, z)]").statements[0]
    assert first.context is not None and len(first.context.definitions) == known


def test_a_rounded_value_is_known_below_but_not_above() -> None:
    above, _, below = read(
        r"\log p(x) \ge \mathcal{L}", r"\mathcal{L} \approx 0.35", r"\mathcal{L} \le \log p(x)"
    ).statements
    assert above.context is not None and above.context.definitions == ()
    assert below.context is not None and [str(d.value) for d in below.context.definitions] == ["7/20"]


@pytest.mark.parametrize(
    ("text", "decimals"), [("0.35", "0.35"), ("-0.350", "-0.350"), ("35", None), ("0.3 + 0.05", None)]
)
def test_a_decimal_alone_on_the_right_is_a_rounded_value(text: str, decimals: str | None) -> None:
    assert only(rf"\log p(x) = {text}").decimals == decimals


UNREAD = {
    "a bracket left open": (r"\log p(x) = (a + b", "never closed", "("),
    "a range without an end": (r"\log p(z_{1:}) = 0", "write it as z_{1:T}", "1:"),
    "a law nobody wrote out": ("E_q[f] = 1", "write q(z) or the like", "q"),
    "an expectation under two candidates": (
        r"E[f(z)] = E_{q(z)}[f(z)] + E_{q(z \mid x)}[f(z)]",
        "does not say under which density",
        "E[f(z)]",
    ),
    "another divergence": (r"\log p(x) = W_2(q(z) \| p(z))", "not W_{2}", r"W_2(q(z) \| p(z))"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_cannot_be_read_says_why_and_where(case: str) -> None:
    text, message, place = UNREAD[case]
    document = read("a = b", text)
    statement = document.statements[-1]
    assert statement.kind is Kind.UNREAD and statement.readings == () and statement.context is None
    assert statement.problem is not None and message in statement.problem.message
    span = statement.problem.span
    assert document.text[span.start : span.end] == place
    assert document.location(span.start)[0] == 6


def test_a_display_that_opens_with_a_sign_continues_the_one_before() -> None:
    assert claim(only("a = b", "= 3")) == "b = 3"
    alone = only("= 3")
    assert alone.kind is Kind.UNREAD and alone.problem is not None
    assert alone.problem.message == "nothing stands before this relation sign"


def test_what_cannot_be_read_spoils_nothing_else() -> None:
    kinds = [s.kind for s in read("E_q[f] = 1", r"\log p(x, z) = \log p(z) + \log p(x | z)").statements]
    assert kinds == [Kind.UNREAD, Kind.CLAIM]


@pytest.mark.parametrize("assumed", ["p(x | z = p(x", "nonsense((", r"\epsilon \sim s(\epsilon)"])
def test_an_assumption_that_is_not_taken_in_leaves_a_gap(assumed):
    text = f"<!-- symelbo: assume {assumed} -->\n\n$$\n\\log p(x, z) = \\log p(z) + \\log p(x)\n$$\n"
    [statement] = read_document("a.md", text).statements
    assert statement.gap is not None
    assert assumed in statement.gap


def test_an_assumption_that_is_taken_in_leaves_none():
    text = "<!-- symelbo: assume p(x | z) = p(x) -->\n\n$$\n\\log p(x, z) = \\log p(z) + \\log p(x)\n$$\n"
    [statement] = read_document("a.md", text).statements
    assert statement.gap is None
