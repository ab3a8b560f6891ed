"""Repairs: the edit that undoes a slip is the one that is offered, proved, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from symelbo import check
from symelbo.checking.check import check_text
from symelbo.checking.fix_command import fixed_files, with_changes, write
from symelbo.checking.report import Outcome
from symelbo.cli import main
from symelbo.errors import SymelboError

# The row that is false, the row as it should be, in one display after a first side that fits both.
SLIPS = {
    "sign": (r"\log p(x)", r"E_{q(z)}[\log p(x,z) - \log q(z)] - KL(q(z) \| p(z|x))", "] - KL", "] + KL"),
    "divergence": (
        r"\log p(x)",
        r"E_{q(z)}[\log p(x,z) - \log q(z)] + KL(p(z|x) \| q(z))",
        r"p(z|x) \| q(z)",
        r"q(z) \| p(z|x)",
    ),
    "logarithm": (r"KL(q(z) \| p(z))", r"E_{q(z)}\left[ \frac{q(z)}{p(z)} \right]", "[ \\frac", r"[ \log \frac"),
    "fraction": (r"KL(q(z) \| p(z))", r"E_{q(z)}\left[ \log \frac{p(z)}{q(z)} \right]", "p(z)}{q(z)", "q(z)}{p(z)"),
    "weight": (
        r"H[q(z)]",
        r"-\int \log q(z)\, dz + \int q(z) \log p(x)\, dz - \log p(x)",
        r"-\int \log",
        r"-\int q(z)\, \log",
    ),
    "law": (r"\log p(x) + KL(q(z) \| p(z|x))", r"E_{p(z)}[\log q(z) - \log p(z|x) + \log p(x)]", "_{p(z)}", "_{q(z)}"),
    "square": (
        r"KL(\mathcal{N}(z; 0, \sigma^2) \| \mathcal{N}(z; 0, 1))",
        r"\frac{1}{2} (\sigma^2 - 1) - \log \sigma^2",
        r"\log \sigma^2",
        r"\log \sigma",
    ),
}
JENSEN = r"""$$
\begin{aligned}
\log p(x) &= \log \int q(z) \frac{p(x,z)}{q(z)}\, dz \\
&= \int q(z) \log \frac{p(x,z)}{q(z)}\, dz
\end{aligned}
$$
"""


def _display(left: str, right: str) -> str:
    return f"Prose before it.\n\\[ {left} = {right} \\]\n"


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_is_undone_where_it_was_made(kind: str) -> None:
    left, right, wrong, due = SLIPS[kind]
    assert wrong in right
    text = _display(left, right)
    (file,) = check_text(text, "notes.tex", repairs=True).files
    (claim,) = (c for c in file.claims if c.outcome is Outcome.REFUTED)
    assert claim.fix is not None
    assert file.repaired == text.replace(right, right.replace(wrong, due, 1))


@pytest.mark.parametrize("kind", SLIPS)
def test_what_is_true_is_left_alone(kind: str) -> None:
    left, right, wrong, due = SLIPS[kind]
    report = check_text(_display(left, right.replace(wrong, due, 1)), "notes.tex", repairs=True)
    assert [claim.outcome for claim in report.claims] == [Outcome.PROVED]
    assert report.files[0].repaired is None
    assert all(claim.fix is None for claim in report.claims)


def test_a_bound_written_as_an_equation_becomes_a_bound() -> None:
    (file,) = check_text(JENSEN, repairs=True).files
    assert file.repaired == JENSEN.replace("&= \\int", "&\\ge \\int")


def test_repairs_are_not_sought_unless_asked_for() -> None:
    report = check(JENSEN)
    assert all(claim.repair is None and claim.fix is None for claim in report.claims)


def test_nothing_is_offered_where_no_single_edit_helps() -> None:
    report = check_text(r"\[ \log p(x) = \log p(y, z) + 7 \]", "notes.tex", repairs=True)
    assert [claim.repair for claim in report.claims] == [None]


def test_what_is_announced_as_wrong_is_not_repaired() -> None:
    text = "<!-- symelbo: expect refuted -->\n" + JENSEN
    (file,) = check_text(text, "notes.md", repairs=True).files
    assert any(claim.expected for claim in file.claims)
    assert file.repaired in (None, text)
    assert all(claim.fix is None for claim in file.claims)


def test_a_second_slip_is_repaired_on_top_of_the_first() -> None:
    text = r"""\begin{align}
\log p(x) &= E_{q(z)}\left[ \log \frac{p(x,z)}{p(x|z)} \right] \\
&= E_{q(z)}[\log p(x,z)] + E_{q(z)}[\log p(z|x)]
\end{align}
"""
    (file,) = check_text(text, "notes.tex", repairs=True).files
    assert file.repaired == text.replace("p(x|z)", "p(z|x)").replace("] + E", "] - E")


def test_a_corrected_number_is_carried_over() -> None:
    text = r"""
$$p(z=1) = 0.4, \quad p(x=1 \mid z=1) = 0.5, \quad p(x=1 \mid z=0) = 0.25$$

$$p(x=1) = 0.4 \cdot 0.5 + 0.6 \cdot 0.25 = 0.36$$

$$p(z=1 \mid x=1) = \frac{0.2}{0.36} \approx 0.556$$
"""
    (file,) = check_text(text, repairs=True).files
    repaired = text.replace("= 0.36", "= 0.35").replace("{0.36} \\approx 0.556", "{0.35} \\approx 0.571")
    assert file.repaired == repaired
    assert not check_text(repaired).files[0].count(Outcome.REFUTED)


def test_json_says_what_to_write_where() -> None:
    claims = check(JENSEN, repairs=True).as_dict()["files"][0]["claims"]
    (fix,) = (claim["fix"] for claim in claims if claim["verdict"] == "refuted")
    (change,) = fix["changes"]
    assert (change["line"], change["old"], change["new"]) == (4, "=", "\\ge ") or change["new"] == "\\ge"
    assert all(claim["fix"] is None for claim in claims if claim["verdict"] != "refuted")


def test_the_report_for_a_person_shows_the_line_as_it_should_be() -> None:
    shown = str(check(JENSEN, repairs=True))
    assert "left − right = KL(q(z) ‖ p(z | x)); it holds with ≥" in shown
    assert "repair (the relation is a bound, not an equation):" in shown
    assert r"&\ge \int q(z) \log" in shown


def test_fix_writes_the_repairs_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_bytes(
        b"\xef\xbb\xbf" + ("Prose  with blanks.  \n" + JENSEN + "\n$$ 1 = 2 $$").replace("\n", "\r\n").encode()
    )
    before = file.read_bytes()
    run = CliRunner().invoke(main, ["check", "--fix", "--no-cache", str(file)])
    assert "+&\\ge \\int" in run.output and "1 change written" in run.output
    assert run.exit_code == 1  # one is not two, and nothing repairs that
    assert file.read_bytes() == before.replace(b"&= \\int", b"&\\ge \\int")
    once = file.read_bytes()
    again = CliRunner().invoke(main, ["check", "--fix", "--no-cache", str(file)])
    assert "written" not in again.output
    assert file.read_bytes() == once


def test_a_file_that_changed_in_between_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "notes.tex"
    file.write_text(JENSEN)
    (fixed,) = fixed_files([file])
    file.write_text("something else")
    with pytest.raises(SymelboError, match="has changed"):
        write(fixed)
    assert file.read_text() == "something else"


def test_places_count_a_line_end_once() -> None:
    assert with_changes("a\r\n\r\nb", []) == "a\r\n\r\nb"
