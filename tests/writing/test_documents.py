"""Documents in every format, and how displays are laid out."""

from __future__ import annotations

import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from sympy import Add, Mul, Pow, Rational, Symbol, exp, log, sqrt

from symelbo import KL, E, H, IndexProduct, IndexSum, Integral, derive, family, variables
from symelbo.errors import NotSupported
from symelbo.language import Relation
from symelbo.writing import Assumed, Display, Document, Line, Paragraph, format_of, pdf, write
from symelbo.writing.compose import compose
from symelbo.writing.latex_document import display_tex
from symelbo.writing.mathml import to_mathml
from symelbo.writing.plain import to_plain

x, z = variables("x z")
t, T = Symbol("t"), Symbol("T")
p, q = family("p"), family("q", Symbol(r"\phi"))
RATIO = Mul(p(x | z), p(z), Pow(q(z | x), -1, evaluate=False), evaluate=False)

PLAIN = [
    (log(p(x, z) / q(z | x)), "log (p(x, z) / q_ϕ(z | x))"),
    (log(RATIO), "log (p(x | z) p(z) / q_ϕ(z | x))"),
    (KL(q(z | x), p(z)), "KL(q_ϕ(z | x) ‖ p(z))"),
    (H(p(z)) - log(p(z)), "H[p(z)] − log p(z)"),
    (log(Integral(p(x, z), z)), "log ∫ p(x, z) dz"),
    (IndexSum(log(p(x[t] | x[t - 1])), t, 1, T), "∑_{t=1}^T log p(x_t | x_{t−1})"),
    (IndexProduct(p(z[t]), t, 1, T) / p(x), "(∏_{t=1}^T p(z_t)) / p(x)"),
    (E(sqrt(x), p(x)), "E_{p(x)}[sqrt(x)]"),
    (Rational(1, 2) * log(x), "(1 / 2) log x"),
    (exp(x**2), "e^{x^2}"),
]


@pytest.mark.parametrize(("term", "text"), PLAIN, ids=[text for _, text in PLAIN])
def test_plain_text(term, text):
    assert to_plain(compose(term)) == text


def test_products_and_sums_keep_their_order():
    first, second = Mul(p(z), p(x | z), evaluate=False), Mul(p(x | z), p(z), evaluate=False)
    assert (to_plain(compose(first)), to_plain(compose(second))) == ("p(z) p(x | z)", "p(x | z) p(z)")
    assert to_plain(compose(Add(log(p(z)), -log(p(x)), evaluate=False))) == "log p(z) − log p(x)"


class _Balanced(HTMLParser):
    """Every element is closed, and nothing is loaded from anywhere."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attributes):
        assert not {name for name, _ in attributes} & {"src", "href"}
        self.seen.add(tag)
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["elbo", "vae", "gaussian-kl", "iwae"])
def test_a_page_is_self_contained(name):
    page = derive.CATALOGUE[name].make().write("html", detail="detailed")
    reader = _Balanced()
    reader.feed(page)
    assert reader.open == []
    assert {"math", "mfrac", "table", "style"} <= reader.seen
    assert "script" not in reader.seen and "http" not in page and "\\" not in page


def test_mathml_of_names_and_signs():
    made = to_mathml(compose(KL(q(z | x), p(z))))
    assert "<mi>KL</mi>" in made and "‖" in made and "<msub><mi>q</mi><mi>ϕ</mi></msub>" in made
    assert to_mathml(compose(Symbol(r"\mathbf{a<b}"))).count("<") == 2


DOCUMENT = Document(
    "Title & <more>",
    (
        Assumed(()),
        Paragraph(("Under ", q(z | x), " all 100% of it:")),
        Display(
            log(p(x)),
            (Line(Relation.GREATER_EQUAL, E(log(RATIO), q(z | x)), ("by ", p(z), " & more"),),),
            ((E(log(RATIO), q(z | x)), "the bound"),),
        ),
    ),
    "Nobody (1999)",
)  # fmt: skip


def test_what_is_special_in_a_format_is_escaped():
    body = write(DOCUMENT, "tex")
    assert r"\title{Title \& <more>}" in body and r"100\%" in body and r"\text{ \& more}" in body
    assert r"\underbrace{\mathbb{E}" in body and r"_{\text{the bound}}" in body
    page = write(DOCUMENT, "html")
    assert "<title>Title &amp; &lt;more&gt;</title>" in page
    assert write(DOCUMENT, "myst").startswith('---\ntitle: "Title & <more>"\n---') and "```{math}" in write(
        DOCUMENT, "myst"
    )
    assert "by p(z) & more" in write(DOCUMENT, "text")


def test_long_rows_are_broken_before_their_signs():
    long = Add(*(log(p(x[k] | x[k - 1])) for k in range(2, 14)), evaluate=False)
    rows = display_tex(Display(log(p(x)), (Line(Relation.EQUAL, long),))).splitlines()
    assert len(rows) > 3 and all(row.lstrip().startswith(r"&\quad + ") for row in rows[2:-1])
    short = Add(*long.args[:2], evaluate=False)
    assert len(display_tex(Display(log(p(x)), (Line(Relation.EQUAL, short),))).splitlines()) == 3


def test_a_long_average_is_broken_inside_its_brackets():
    inside = Add(*(log(p(x[k] | x[k - 1])) for k in range(2, 12)), evaluate=False)
    rows = display_tex(Display(log(p(x)), (Line(Relation.EQUAL, E(inside, q(z | x)), ("why",)),))).splitlines()
    assert r"\Bigl[" in rows[1] and "why" not in rows[1]
    assert r"\Bigr]" in rows[-2] and rows[-2].endswith(r"\text{why}")
    short = E(Add(*inside.args[:2], evaluate=False), q(z | x))
    assert r"\left[" in display_tex(Display(log(p(x)), (Line(Relation.EQUAL, short),)))


def test_reasons_go_below_where_there_is_no_room():
    wide = E(log(p(x) / q(z | x)), q(z | x)) + E(log(p(z) / q(z | x)), q(z | x))
    near = display_tex(Display(log(p(x)), (Line(Relation.EQUAL, wide, ("short",)),)))
    far = display_tex(Display(log(p(x)), (Line(Relation.EQUAL, wide, ("a reason that is " + "very " * 12 + "long",)),)))
    assert r"&& \text{short}" in near and r"\qquad" not in near
    assert r"&\qquad \text{(a reason" in far and "&&" not in far


def test_formats_by_name():
    assert [format_of(name) for name in ("a.md", "b.tex", "c.html", "d.pdf", "e.txt", "f.doc", "g")] == [
        "md",
        "tex",
        "html",
        "pdf",
        "text",
        None,
        None,
    ]
    with pytest.raises(NotSupported, match="no format 'rtf'"):
        write(DOCUMENT, "rtf")


def test_a_pdf_needs_tex(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(NotSupported, match=r"latexmk, tectonic or pdflatex.*install one"):
        pdf(write(DOCUMENT, "tex"))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX is installed")
def test_tex_compiles(tmp_path):
    for name in ("vae", "diffusion"):
        (tmp_path / f"{name}.tex").write_text(derive.CATALOGUE[name].make().write("tex"), encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout[-2000:]
        assert "Overfull \\hbox" not in ended.stdout
    with pytest.raises(NotSupported, match="could not make a PDF"):
        pdf(r"\documentclass{article}\begin{document}\undefinedcommand\end{document}")
    assert pdf(write(DOCUMENT, "tex")).startswith(b"%PDF")
