"""What scripts and notebooks rely on."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sympy import Eq, log

import symelbo


def test_every_public_name_is_there():
    for name in symelbo.__all__:
        assert getattr(symelbo, name) is not None
    assert set(symelbo.__all__) <= set(dir(symelbo))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        symelbo.nothing  # noqa: B018


@pytest.mark.parametrize("module", ["symelbo", "symelbo.cli", "symelbo.pytest_plugin", "symelbo.testing"])
def test_importing_a_door_imports_no_mathematics(module):
    code = f"import {module}, sys; print(sorted({{'sympy', 'flint', 'mpmath', 'rich'}} & set(sys.modules)))"
    if module == "symelbo.pytest_plugin":  # pytest itself may have loaded rich
        code = code.replace(", 'rich'", "")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_example_of_the_contract():
    from symelbo import KL, E, family, prove, variables

    x, z = variables("x z")
    p, q = family("p"), family("q")
    elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
    for verdict in (
        prove(Eq(log(p(x)) - elbo, KL(q(z | x), p(z | x)))),
        prove(log(p(x)) - elbo, "==", KL(q(z | x), p(z | x))),
    ):
        assert verdict.proved
        assert not verdict.refuted
        assert not verdict.unknown
        assert verdict.certificate is not None
        with pytest.raises(TypeError):
            bool(verdict)
    wrong = prove(Eq(log(p(x)) - elbo, KL(p(z | x), q(z | x))))
    assert wrong.refuted
    assert wrong.witness is not None


def test_assertions_pass_and_return_the_verdict():
    x, z = symelbo.variables("x z")
    p = symelbo.family("p")
    bayes = Eq(p(z | x), p(x | z) * p(z) / p(x))
    assert symelbo.assert_proved(bayes).proved
    upside_down = Eq(p(z | x), p(x) * p(z) / p(x | z))
    assert symelbo.assert_refuted(upside_down).refuted


def test_a_failing_assertion_shows_both_sides_and_the_model():
    x, z = symelbo.variables("x z")
    p = symelbo.family("p")
    with pytest.raises(AssertionError) as failure:
        symelbo.assert_proved(Eq(log(p(x)), log(p(z))))
    message = str(failure.value)
    assert message.startswith("expected the claim to be proved, but it is refuted")
    assert "left:     log(p(x))" in message
    assert "right:    log(p(z))" in message
    assert "left side" in message
    with pytest.raises(AssertionError, match="expected the claim to be refuted, but it is proved"):
        symelbo.assert_refuted(Eq(p(x, z), p(z) * p(x | z)))
