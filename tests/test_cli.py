"""The command line, end to end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from symelbo import __version__
from symelbo.cli import main

GOOD = r"""
$$
\begin{aligned}
\log p(x) &= \log \int p(x, z)\, dz \\
  &\ge \mathbb{E}_{q(z \mid x)}\left[\log p(x, z) - \log q(z \mid x)\right]
\end{aligned}
$$
"""
BAD = r"""
$$
\mathbb{E}_{q(z \mid x)}\left[\log p(x, z) - \log q(z \mid x)\right]
  = \mathbb{E}_{q(z \mid x)}\left[\log p(x \mid z)\right] + \mathrm{KL}(q(z \mid x) \,\|\, p(z))
$$
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "bad.md").write_text(BAD)

    def call(*arguments):
        return CliRunner().invoke(main, list(arguments), catch_exceptions=False)

    return call


def symelbo(*arguments, **rest):
    code = "from symelbo.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, **rest)


def test_version_and_help(run):
    assert run("--version").output == f"symelbo, version {__version__}\n"
    for command in ([], ["check"], ["prove"], ["table"]):
        assert "Usage:" in run(*command, "--help").output


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_load_nothing_heavy(argument):
    code = (
        "import sys\nfrom symelbo.cli import main\n"
        "try:\n    main()\nfinally:\n    print([name for name in ('sympy', 'flint', 'mpmath') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code, argument], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_check_is_quiet_when_all_is_well(run):
    result = run("check", "good.md")
    assert result.exit_code == 0
    assert result.output.startswith("good.md: 2 claims: 2 proved (")
    assert len(result.output.splitlines()) == 1


def test_check_shows_what_is_refuted(run):
    result = run("check", "good.md", "bad.md")
    assert result.exit_code == 1
    assert "bad.md:4:3: refuted" in result.output
    assert "^" in result.output
    assert "left side" in result.output
    assert "2 files: 3 claims: 2 proved, 1 refuted" in result.output


def test_json_is_one_object_and_nothing_else(run):
    result = run("check", "--format", "json", "good.md", "bad.md")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert [file["path"] for file in data["files"]] == ["good.md", "bad.md"]
    assert [claim["verdict"] for file in data["files"] for claim in file["claims"]] == ["proved", "proved", "refuted"]
    assert data["files"][0]["claims"][1]["relation"] == r"\ge"


def test_wrong_usage_is_2(run):
    assert run("check").exit_code == 2
    assert run("check", "absent.md").exit_code == 2
    assert run("check", "--format", "xml", "good.md").exit_code == 2
    assert run("unheard-of").exit_code == 2
    nothing = run("prove", "log p(x)")
    assert nothing.exit_code == 2
    assert "no relation sign" in nothing.output


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ("log p(x) - KL(q(z|x) || p(z|x)) <= log p(x)", 0),
        ("log p(x) + KL(q(z|x) || p(z|x)) <= log p(x)", 1),
        (r"\log p(x, z) = \log p(z) + \log p(x \mid z)", 0),
        (r"\log p(x, z) = \log p(z) - \log p(x \mid z)", 1),
    ],
)
def test_prove(run, claim, code):
    result = run("prove", claim)
    assert result.exit_code == code, result.output
    assert ("proved" if code == 0 else "refuted") in result.output


def test_prove_under_assumptions(run):
    claim = "p(x | z_1, z_2) = p(x | z_1)"
    assumption = "p(x, z_1, z_2) = p(z_2) p(z_1 | z_2) p(x | z_1)"
    assert run("prove", claim).exit_code == 1
    assert run("prove", claim, "--assume", assumption).exit_code == 0
    data = json.loads(run("prove", claim, "--assume", assumption, "--format", "json").stdout)
    assert [claim["verdict"] for claim in data["files"][0]["claims"]] == ["proved"]


def test_table(run, tmp_path):
    (tmp_path / "lesson.json").write_text('{"p(z)": [0.5, 0.5], "p(x=1|z)": [0.2, 0.8], "q(z)": [0.3, 0.7]}')
    result = run("table", "lesson.json", "--digits", "6")
    assert result.exit_code == 0
    assert "-0.693147" in result.output
    (tmp_path / "broken.json").write_text('{"p(z)": [0.5, 0.6], "p(x=1|z)": [0.2, 0.8]}')
    broken = run("table", "broken.json")
    assert broken.exit_code == 1
    assert broken.output.startswith("Error: ")
    assert run("table").exit_code == 2
    assert run("table", "--growth", "four").exit_code == 2


def test_no_colour_codes_in_a_pipe(run, tmp_path):
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    result = symelbo("check", "--verbose", "good.md", "bad.md", cwd=tmp_path, env=plain)
    assert result.returncode == 1
    assert "\x1b" not in result.stdout
    assert result.stderr == ""
