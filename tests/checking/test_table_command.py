"""The report of `symelbo table`: text, JSON, picture, growth, and the reasons when it cannot."""

from __future__ import annotations

import io
import json
import sys

import pytest
from rich.console import Console

from symelbo.checking.plots import plot_sweep
from symelbo.checking.table_command import TableOptions, run, run_growth
from symelbo.errors import NotSupported, SymelboError
from symelbo.semantics.tables import Table, sweep

LESSON = '"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8]\n"q(z)" = [0.3, 0.7]\n'


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "lesson.toml"
    path.write_text(LESSON)
    return path


def shown(path, **options):
    out = io.StringIO()
    run(path, TableOptions(**options), Console(file=out, width=80))
    return out.getvalue()


def test_text(lesson):
    text = shown(lesson, digits=50)
    assert "-0.72131473815522878780819552144553632683450628994977  nats" in text
    assert text.count("holds exactly") == 2 and "bits" not in text
    assert "the gap is positive" in text and "50 significant digits" in text
    bits = shown(lesson, unit="bits", digits=8)
    assert "-1.0406372" in bits and "nats" not in bits


def test_q_on_the_command_line_and_families(lesson):
    text = shown(lesson, q="1/5, 4/5", families=("uniform", "point", "factorised", "posterior"), digits=12)
    assert "the bound is tight" in text and "all mass on z=1" in text
    assert "q is not the posterior" in shown(lesson)
    with pytest.raises(SymelboError, match="sum to 11/10"):
        shown(lesson, q="0.3,0.8")


def test_json(lesson):
    data = json.loads(shown(lesson, as_json=True, observations=("all",), families=("point",)))
    assert data["version"] == 1 and [found["observation"] for found in data["reports"]] == ["1", "0"]
    first = data["reports"][0]
    assert first["evidence_exact"] == "1/2" and first["posterior"] == ["1/5", "4/5"] and first["tight"] is False
    assert first["quantities"]["gap"]["exact"] == "-12/5 log 2 + 3/10 log 3 + 7/10 log 7"
    assert first["quantities"]["gap"]["certified"] == 50 and all(item["exact"] for item in first["identities"])
    assert first["best"][0]["proved_best"] is True


def test_names_are_shown_as_they_are(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text('title = "[bold]x[/bold]"\nstates = ["[red]", "b"]\n' + LESSON)
    text = shown(path)
    assert "[bold]x[/bold]" in text and "[red]" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observations": ("7",)}, r"no p\(x=7\|z\)"),
        ({"unit": "furlongs"}, "nats or bits"),
        ({"digits": 0}, "number of digits"),
        ({"families": ("gaussian",)}, "not a family"),
    ],
)
def test_wrong_requests_are_explained(lesson, options, message):
    with pytest.raises(SymelboError, match=message):
        shown(lesson, **options)


def test_growth():
    out = io.StringIO()
    run_growth([2, 4, 8], Console(file=out, width=80))
    assert "256" in out.getvalue() and "50 latents" in out.getvalue()
    out = io.StringIO()
    run_growth([2, 4], Console(file=out, width=80), as_json=True)
    assert [row["terms"] for row in json.loads(out.getvalue())["growth"]] == [4, 16]
    with pytest.raises(SymelboError):
        run_growth([], Console(file=out))


def test_a_picture_needs_matplotlib(lesson, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(NotSupported, match=r"pip install 'symelbo\[plot\]'"):
        shown(lesson, plot=tmp_path / "a.svg")
    assert not (tmp_path / "a.svg").exists()


def test_pictures(lesson, tmp_path):
    pytest.importorskip("matplotlib")
    shown(lesson, plot=tmp_path / "a.svg")
    assert "log p(x)" in (tmp_path / "a.svg").read_text()
    table = Table.build(["0.2", "0.3", "0.5"], {"1": ["0.1", "0.5", "0.6"]})
    plot_sweep(sweep(table, points=5), tmp_path / "b.png")
    assert (tmp_path / "b.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(NotSupported, match=r"\.svg"):
        shown(lesson, plot=tmp_path / "a.docx")
