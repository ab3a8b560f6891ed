"""Single slips planted in the library's derivations: each is refuted, in the line that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from symelbo.checking import Outcome
from symelbo.checking.judge import judge_statement
from symelbo.proof import Effort
from symelbo.reading import read_document

pytestmark = pytest.mark.usefixtures("verdicts_alone")

FOLDER = Path(__file__).parent.parent / "derivations"


@dataclass(frozen=True, slots=True)
class Slip:
    """The text `old`, found once after `after`, is written as `new`."""

    name: str
    document: str
    after: str
    old: str
    new: str


STEP = r"\mathrm{KL}\left(q(x_{t-1} \mid x_t, x_0) \,\|\, p_\theta(x_{t-1} \mid x_t)\right)"

SLIPS = (
    Slip(
        "t for t-1",
        "diffusion",
        "Both path",
        r"p_\theta(x_{t-1} \mid x_t)}{q(x_t \mid x_{t-1})}\right] \\",
        r"p_\theta(x_t \mid x_{t-1})}{q(x_t \mid x_{t-1})}\right] \\",
    ),
    Slip("sum one too far", "diffusion", "is a sum over the steps", r"\sum_{t=2}^{T} \log", r"\sum_{t=1}^{T} \log"),
    Slip(
        "lost condition",
        "diffusion",
        "three groups",
        r"{q(x_{t-1} \mid x_t, x_0)}\right] \\",
        r"{q(x_{t-1} \mid x_t)}\right] \\",
    ),
    Slip(
        "lost mean",
        "diffusion",
        r"&\quad - \sum_{t=2}",
        r"\mathbb{E}_{q(x_t \mid x_0)}\left[" + STEP + r"\right]",
        STEP,
    ),
    Slip(
        "lost quotient",
        "diffusion",
        "cancel along the chain",
        r"\frac{q(x_T \mid x_0)}{q(x_1 \mid x_0)}",
        r"q(x_T \mid x_0)",
    ),
    Slip(
        "turned round",
        "diffusion",
        "What is missing",
        r"q(x_{1:T} \mid x_0) \,\|\, p_\theta(x_{1:T} \mid x_0)",
        r"p_\theta(x_{1:T} \mid x_0) \,\|\, q(x_{1:T} \mid x_0)",
    ),
    Slip(
        "alpha for bar alpha",
        "diffusion",
        "because",
        r"= 1 - \alpha_t \bar\alpha_{t-1}",
        r"= 1 - \alpha_t \alpha_{t-1}",
    ),
    Slip(
        "lost root",
        "diffusion",
        "Two such steps",
        r"\sqrt{\bar\alpha_t}\, x_0,\, (1 - \bar\alpha_t) I",
        r"\bar\alpha_t\, x_0,\, (1 - \bar\alpha_t) I",
    ),
    Slip(
        "wrong variance",
        "diffusion",
        r"q(x_{t-1} \mid x_t, x_0) &= \frac{q(x_t \mid x_{t-1})\, q",
        r"\tilde\beta_t I",
        r"\beta_t I",
    ),
    Slip("lost half", "diffusion", "distance between means", r"\frac{1}{2 \tilde\beta_t}", r"\frac{1}{\tilde\beta_t}"),
    Slip(
        "weight not reduced",
        "diffusion",
        "nothing else",
        r"\frac{\beta_t}{2 \alpha_t (1 - \bar\alpha_{t-1})}",
        r"\frac{\beta_t}{2 \alpha_t (1 - \bar\alpha_t)}",
    ),
    Slip("lost noise", "diffusion", "squared error of a prediction", r"\sqrt{1 - \bar\alpha_t}\, e,\, t", r"e,\, t"),
    Slip("turned round", "diffusion-predictions", "points back", r"= -\frac{x_t", r"= \frac{x_t"),
    Slip(
        "lost root",
        "diffusion-predictions",
        r"x_0 &= \frac",
        r"-\frac{\epsilon}{\sqrt{1 - \bar\alpha_t}}",
        r"-\frac{\epsilon}{1 - \bar\alpha_t}",
    ),
    Slip(
        "root of the signal lost",
        "diffusion-predictions",
        "whoever knows",
        r"}{\sqrt{\bar\alpha_t}} \\",
        r"}{\bar\alpha_t} \\",
    ),
    Slip(
        "sign of the velocity",
        "diffusion-predictions",
        "the way",
        r"x_t - \sqrt{1 - \bar\alpha_t}\, v_t",
        r"x_t + \sqrt{1 - \bar\alpha_t}\, v_t",
    ),
    Slip(
        "ratio turned over",
        "diffusion-predictions",
        "The errors differ",
        r"\frac{1}{\mathrm{SNR}(t)} \left\|",
        r"\mathrm{SNR}(t) \left\|",
    ),
    Slip(
        "factor turned over",
        "diffusion-predictions",
        r"\left\| v_t - \hat v(x_t, t) \right\|^2 &=",
        r"\frac{1}{\bar\alpha_t} \left\|",
        r"\bar\alpha_t \left\|",
    ),
    Slip(
        "variance for its root",
        "diffusion-predictions",
        "the same two means",
        r"x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\, \epsilon \right)",
        r"x_t - \frac{\beta_t}{1 - \bar\alpha_t}\, \epsilon \right)",
    ),
    Slip(
        "away from the data",
        "diffusion-predictions",
        "the same two means",
        r"x_t + \beta_t\, \hat s",
        r"x_t - \beta_t\, \hat s",
    ),
    Slip(
        "lost square",
        "diffusion-predictions",
        "a distance between means",
        r"\bar\alpha_{t-1}\, \beta_t^2}{(1",
        r"\bar\alpha_{t-1}\, \beta_t}{(1",
    ),
    Slip(
        "later less earlier",
        "diffusion-predictions",
        "a distance between means",
        r"\mathrm{SNR}(t - 1) - \mathrm{SNR}(t)",
        r"\mathrm{SNR}(t) - \mathrm{SNR}(t - 1)",
    ),
    Slip(
        "lost factor", "diffusion-predictions", "of the velocity:", r"\tilde\beta_t\, \alpha_t (1", r"\tilde\beta_t (1"
    ),
    Slip(
        "weight forgotten",
        "diffusion-predictions",
        "another objective",
        r"\frac{2 \alpha_t (1 - \bar\alpha_{t-1})}{\beta_t}\, L_{t-1}",
        "L_{t-1}",
    ),
    Slip(
        "root for the variance",
        "diffusion-scores",
        "Tweedie's formula",
        r"(1 - \bar\alpha_t)\, \nabla",
        r"\sqrt{1 - \bar\alpha_t}\, \nabla",
    ),
    Slip("away from the mean", "diffusion-scores", "Tweedie's formula", "x_t + (1", "x_t - (1"),
    Slip("weights that do not add up", "diffusion-scores", "no classifier", r"+ (1 - w)\,", r"+ (1 + w)\,"),
    Slip("noise lost", "diffusion-scores", "variances add up", r"\left( \sigma_t^2 + \frac{1", r"\left( \frac{1"),
    Slip(
        "index",
        "diffusion-scores",
        "variances add up",
        r"x_0,\, (1 - \bar\alpha_{t-1}) I\right)",
        r"x_0,\, (1 - \bar\alpha_t) I\right)",
    ),
    Slip(
        "lost square",
        "diffusion-snr",
        "that it predicts",
        r"\alpha_s^2\, \sigma_{t|s}^4",
        r"\alpha_s^2\, \sigma_{t|s}^2",
    ),
    Slip("lost half", "diffusion-snr", "that it predicts", r"\frac{1}{2} \left( \mathrm{SNR}", r"\left( \mathrm{SNR}"),
    Slip(
        "ratio turned over",
        "diffusion-snr",
        "instead of the start",
        r"\frac{\sigma_t^2}{\alpha_t^2} \left\|",
        r"\frac{\alpha_t^2}{\sigma_t^2} \left\|",
    ),
    Slip(
        "times exchanged",
        "diffusion-snr",
        "depends on a difference",
        r"(\gamma_t - \gamma_s)",
        r"(\gamma_s - \gamma_t)",
    ),
    Slip(
        "lost mean",
        "hierarchy",
        "one after the other",
        r"\mathbb{E}_{q(z_1 \mid x)}\left[\mathrm{KL}\left(q(z_2 \mid z_1) \,\|\, p(z_2 \mid z_1)\right)\right]",
        r"\mathrm{KL}\left(q(z_2 \mid z_1) \,\|\, p(z_2 \mid z_1)\right)",
    ),
    Slip(
        "both conditions lost", "hierarchy", "the data says nothing more", r"= p(z_2 \mid z_1) =", r"= p(z_2 \mid x) ="
    ),
    Slip(
        "prior of the layer",
        "hierarchy",
        "and it is the better one",
        r"\,\|\, p(z_2 \mid z_1)\right)\right] \\",
        r"\,\|\, p(z_2)\right)\right] \\",
    ),
    Slip(
        "sign",
        "hierarchy",
        "H(q(z_1",
        r"- \mathbb{E}_{q(z_1 \mid x)}\left[\mathrm{KL}",
        r"+ \mathbb{E}_{q(z_1 \mid x)}\left[\mathrm{KL}",
    ),
    Slip(
        "filtered twice",
        "states",
        "A prediction",
        r"p(z_{t-1} \mid x_{1:t-1})\, dz_{t-1}",
        r"p(z_{t-1} \mid x_{1:t})\, dz_{t-1}",
    ),
    Slip("no normaliser", "states", "its correction", r"{p(x_t \mid x_{1:t-1})}", r"{p(x_t)}"),
    Slip("later observations", "states", "## Smoothing", r"p(z_{t-1} \mid z_t, x_{1:t-1})", r"p(z_{t-1} \mid z_t)"),
    Slip(
        "first observation lost",
        "states",
        "collected along",
        r"\sum_{t=1}^{T} \log p(x_t \mid x_{1:t-1})",
        r"\sum_{t=2}^{T} \log p(x_t \mid x_{1:t-1})",
    ),
    Slip(
        "mean over the wrong state",
        "states",
        "over the state before it",
        r"\mathbb{E}_{q(z_{t-1} \mid x_{1:T})}",
        r"\mathbb{E}_{q(z_t \mid x_{1:T})}",
    ),
    Slip(
        "lost division",
        "importance",
        "An average of weights",
        r"&= \frac{1}{K} \sum_{k=1}^{K} \mathbb{E}",
        r"&= \sum_{k=1}^{K} \mathbb{E}",
    ),
    Slip("bound turned round", "importance", "So the logarithm", r"\mathcal{L}_K &\le", r"\mathcal{L}_K &\ge"),
    Slip("divergence added", "importance", "a single sample", r"\log p(x) - \mathrm{KL}", r"\log p(x) + \mathrm{KL}"),
    Slip(
        "aggregate for prior",
        "surgery",
        "mean divergence to the prior",
        r"\mathbb{E}_{q(z)}\left[\log \frac{q(z)}{p(z)}\right]",
        r"\mathbb{E}_{q(z)}\left[\log \frac{p(z)}{q(z)}\right]",
    ),
    Slip(
        "lost mean",
        "surgery",
        "mutual information of data",
        r"H(q(z)) - \mathbb{E}_{d(x)}\left[H(q(z \mid x))\right]",
        r"H(q(z)) - H(q(z \mid x))",
    ),
    Slip(
        "information added",
        "surgery",
        "price for informative",
        r"- \mathrm{KL}\left(q(x, z) \,\|\, d(x)\, q(z)\right) -",
        r"+ \mathrm{KL}\left(q(x, z) \,\|\, d(x)\, q(z)\right) -",
    ),
    Slip("entropy lost", "mean-field", "function of $q(u)$", r"+ \log Z + H(q(v)) \\", r"+ \log Z \\"),
    Slip("logarithm lost", "mean-field", "= \\log r(u)", r"&\le \log Z + H(q(v))", r"&\le Z - H(q(v))"),
    Slip("condition lost", "mean-field", "Only conditionals", r"[\log p(u \mid v, x)]", r"[\log p(u \mid x)]"),
)


def planted(slip: Slip) -> tuple[str, int]:
    """The text with the slip in it, and the line of the slip."""
    text = (FOLDER / f"{slip.document}.md").read_text()
    place = text.index(slip.old, text.index(slip.after))
    return text[:place] + slip.new + text[place + len(slip.old) :], text.count("\n", 0, place) + 1


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{slip.document}: {slip.name}" for slip in SLIPS])
def test_a_slip_is_refuted_where_it_stands(slip):
    text, line = planted(slip)
    document = read_document(f"{slip.document}.md", text)
    rows = [(document.location(statement.span.start)[0], statement) for statement in document.statements]
    # A row that goes on below its relation sign belongs to the line of the sign.
    last = max(row for row, _ in rows if row <= line)
    findings = (judge_statement(statement, Effort()) for row, statement in rows if row == last)
    assert any(finding.outcome is Outcome.REFUTED for finding in findings)
