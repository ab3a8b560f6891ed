"""Two slips that hide each other, and a row that does not."""

from __future__ import annotations

from dataclasses import replace

from symelbo.checking import Outcome, check_text
from symelbo.reading.stating.statements import Reading

HEAD = "it follows from the head of the chain"


def chain(statement, *rows):
    """Statements of one chain, one for each (claim, claim from the head)."""
    made = []
    for number, (claim, head) in enumerate(rows):
        row = statement(claim, text=f"side{number} = side{number + 1}")
        made.append(replace(row, from_head=(Reading(head, HEAD),) if head else ()))
    return made


def test_a_row_that_restores_the_truth_is_named_at_both_places(statement, claims, document):
    rows = chain(statement, (claims.false, None), (claims.also_false, claims.true))
    document(*rows)
    slip, restored = check_text("\n".join("side = side" for _ in rows)).claims
    assert (slip.outcome, restored.outcome) == (Outcome.REFUTED, Outcome.PROVED)
    assert restored.reading == HEAD
    assert "restores the truth" in (slip.note or "")
    assert "right again after the slip in line 1" in (restored.note or "")


def test_a_row_that_is_false_of_the_head_too_is_refuted(statement, claims, document):
    document(*chain(statement, (claims.false, None), (claims.also_false, claims.false)))
    report = check_text("side = side")
    assert [claim.outcome for claim in report.claims] == [Outcome.REFUTED, Outcome.REFUTED]
    assert all("truth" not in (claim.note or "") for claim in report.claims)


def test_another_chain_does_not_restore_this_one(statement, claims, document):
    (slip,) = chain(statement, (claims.false, None))
    (other,) = chain(statement, (claims.also_false, claims.true))
    document(slip, other)
    first, second = check_text("side = side").claims
    assert second.from_head
    assert "truth" not in (first.note or "")


def test_the_sign_that_would_hold_is_said(statement, claims, document):
    document(statement(claims.also_false))
    (claim,) = check_text("A = B").claims
    assert "it holds with ≥" in (claim.note or "")
    document(statement(claims.false))
    (claim,) = check_text("A = B").claims
    assert "it holds with" not in (claim.note or "")


def test_what_differs_from_a_row_that_equals_the_head_differs_from_the_head():
    head = r"\log q(u) &= -\frac{u^2}{2 v} + a u + \text{const} \\"
    rows = r"&= -\frac{1}{2 v} (u - a v)^2 + \text{const} \\ &= -\frac{v}{2} u^2 + a u + \text{const}"
    made = check_text(
        "<!-- symelbo: constant wrt u -->\n$$\n\\begin{aligned}\n" + head + rows + "\n\\end{aligned}\n$$"
    ).claims
    assert [claim.outcome for claim in made] == [Outcome.DEFINITION, Outcome.PROVED, Outcome.REFUTED]
