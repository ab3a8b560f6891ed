"""Verdicts that travel: what one process proved is the same in another, where texts have other hashes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

from sympy import Eq, Ge, log

from symelbo import KL, E, family, prove, variables
from symelbo.calculus.forms.form import Marker
from symelbo.proof import Verdict

HERE_OR_THERE = """
import pickle, sys
from test_pickled import verdicts
theirs = pickle.load(sys.stdin.buffer)
ours = verdicts()
assert [verdict.proved for verdict in theirs] == [verdict.proved for verdict in ours] == [True, True, False]
assert theirs == ours
"""


def verdicts() -> list[Verdict]:
    """A bound, an identity and a mistake."""
    x, z = variables("x z")
    p, q = family("p"), family("q")
    elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
    claims = (Ge(log(p(x)), elbo), Eq(log(p(x)) - elbo, KL(q(z | x), p(z | x))), Eq(log(p(x)), elbo))
    return [prove(claim) for claim in claims]


def test_a_verdict_is_the_same_in_another_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HERE_OR_THERE],
        input=pickle.dumps(verdicts()),
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path]),
        },
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_marker_is_known_again() -> None:
    assert pickle.loads(pickle.dumps(Marker(2, 1))) == Marker(2, 1) != Marker(1, 2)
