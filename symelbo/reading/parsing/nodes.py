"""The nodes of syntax trees: what was written, with its place, before anybody asks what it means.

Every node is immutable and carries the `Span` of the source it came from; spans do not take part in comparisons, so
two trees are equal when they say the same. The tree keeps the written order, and it keeps doubt: `Call.may_be_product`
and `Power.may_be_label` tell the next layer where notation alone cannot decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symelbo.reading.sources.tokens import Span

__all__ = [
    "Absolute",
    "Accented",
    "Arguments",
    "BigProduct",
    "BigSum",
    "Binomial",
    "Call",
    "Constant",
    "Derivative",
    "Determinant",
    "Distribution",
    "Divergence",
    "Dots",
    "Entropy",
    "Evaluated",
    "Except",
    "Exp",
    "Expectation",
    "Extremum",
    "Factorial",
    "Gradient",
    "Independence",
    "Infinity",
    "Infix",
    "Integral",
    "IntegralVariable",
    "Inverse",
    "Log",
    "MutualInformation",
    "Name",
    "Negative",
    "Node",
    "Norm",
    "Number",
    "Placeholder",
    "Power",
    "Product",
    "Quotient",
    "Range",
    "Relation",
    "Sampled",
    "SetOf",
    "Sqrt",
    "Subscripted",
    "Sum",
    "Text",
    "Trace",
    "Transpose",
    "Tuple",
]


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that was read; `span` is where it stands in the source."""

    span: Span = field(kw_only=True, compare=False, repr=False)


# --- atoms ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written: `12`, `0.25`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    r"""A letter or word with everything that makes it this one and not another.

    `text` is `x`, `theta` (for `\theta` and θ alike), `ELBO`; `font` is one of "", bold, cal, bb, roman, text, sf, tt,
    frak, script; `accents` are hat, bar, tilde, ... from the inside out; `primes` counts `'`; `subscripts` are the
    subscripts in order (`x_{ij}` and `x_{i,j}` have two); `label` is a superscript that is no power (`q^*` has
    `Name("*")`, `\theta^{(t)}` has `t`, `\theta^{\text{old}}` has `old`).
    """

    text: str
    font: str = ""
    accents: tuple[str, ...] = ()
    primes: int = 0
    subscripts: tuple[Node, ...] = ()
    label: Node | None = None

    @property
    def head(self) -> str:
        r"""The name without scripts and primes, as one string: `x`, `bold x`, `bar alpha`."""
        return " ".join((*reversed(self.accents), *((self.font,) if self.font else ()), self.text))


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Words that stand where a quantity should: `\\text{terms without q}`."""

    words: str


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """`const`, `\\text{const.}`, `\\text{constant}`: any quantity that does not matter here."""


@dataclass(frozen=True, slots=True)
class Infinity(Node):
    r"""`\infty`."""


@dataclass(frozen=True, slots=True)
class Dots(Node):
    r"""`\dots`, `\cdots`, `...`: the author leaves something out."""


@dataclass(frozen=True, slots=True)
class Placeholder(Node):
    r"""The dot in `f(\cdot)`."""


# --- arithmetic -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Two or more terms in the written order; a subtracted term is a `Negative`."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-body`."""

    body: Node


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Two or more factors in the written order, with or without a sign of multiplication."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    r"""`\frac{numerator}{denominator}` or `numerator / denominator`."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Power(Node):
    r"""`base^{exponent}`; `may_be_label` when the base is a name and the exponent an index (`\theta^{t+1}`)."""

    base: Node
    exponent: Node
    may_be_label: bool = False


@dataclass(frozen=True, slots=True)
class Inverse(Node):
    r"""`argument^{-1}`: of a number, a matrix, or (as `Call.function`) of a function."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    r"""`argument^\top`; `sure` is false for `argument^T`, which may be the power T."""

    argument: Node
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Infix(Node):
    r"""Other operations between two things: `odot`, `circ`, `otimes`, `oplus`, `inner` (`\langle a, b \rangle`)."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    """`argument!`."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    r"""`\binom{top}{bottom}`."""

    top: Node
    bottom: Node


# --- functions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arguments(Node):
    r"""What stands in the brackets of a call: `values | given; parameters`, each a list, items may be `Relation`s."""

    values: tuple[Node, ...]
    given: tuple[Node, ...] = ()
    parameters: tuple[Node, ...] = ()
    bracket: str = "("


@dataclass(frozen=True, slots=True)
class Call(Node):
    r"""`function(arguments)`: a density, a named function, a functional.

    `function` is a `Name` (also `Gamma`, `psi`, `B`, `max`, ...), or an `Inverse` of one for `f^{-1}(x)`.
    `may_be_product` says that a product of the two would be written the same way.
    """

    function: Node
    arguments: Arguments
    may_be_product: bool = False


@dataclass(frozen=True, slots=True)
class Log(Node):
    r"""A logarithm; `base` is None for the natural one, else the base as written (`\log_2` has `Number("2")`)."""

    argument: Node
    base: Node | None = None


@dataclass(frozen=True, slots=True)
class Exp(Node):
    r"""`\exp(argument)` or `e^{argument}`."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Sqrt(Node):
    r"""`\sqrt[degree]{argument}`."""

    argument: Node
    degree: Node | None = None


@dataclass(frozen=True, slots=True)
class Absolute(Node):
    r"""`|argument|`: absolute value of a number, determinant of a matrix, size of a set."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Norm(Node):
    r"""`\|argument\|_{order}`."""

    argument: Node
    order: Node | None = None


@dataclass(frozen=True, slots=True)
class Determinant(Node):
    r"""`\det argument`."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Trace(Node):
    r"""`\operatorname{tr}(argument)`."""

    argument: Node


# --- operators that bind variables ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sampled(Node):
    r"""`z_1, z_2 \sim law` in the subscript of an expectation or as a statement."""

    variables: tuple[Node, ...]
    law: Node


@dataclass(frozen=True, slots=True)
class Expectation(Node):
    r"""`\mathbb E_{laws}[body | given; parameters]`.

    Each law is a `Sampled`, a density (`Call`, `Distribution` or a `Product` of them), or a bare `Name`, which names a
    density or a variable; no law means that the subscript is missing. `bracket` is what stood around the body.
    """

    body: Node
    laws: tuple[Node, ...] = ()
    given: tuple[Node, ...] = ()
    bracket: str | None = None
    parameters: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class IntegralVariable(Node):
    """One variable of integration with its bounds, if there are any."""

    variable: Node
    lower: Node | None = None
    upper: Node | None = None


@dataclass(frozen=True, slots=True)
class Integral(Node):
    r"""`\int body\,dz`, `\int_z body`; `domain` is a subscript that is a set; no variables: none was written."""

    variables: tuple[IntegralVariable, ...]
    body: Node
    domain: Node | None = None


@dataclass(frozen=True, slots=True)
class BigSum(Node):
    r"""`\sum_{variables = lower; conditions}^{upper} body`; `\sum_z` has a variable and nothing else."""

    body: Node
    variables: tuple[Node, ...] = ()
    lower: Node | None = None
    upper: Node | None = None
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class BigProduct(Node):
    r"""`\prod`, with the fields of `BigSum`."""

    body: Node
    variables: tuple[Node, ...] = ()
    lower: Node | None = None
    upper: Node | None = None
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Extremum(Node):
    r"""`\max`, `\min`, `\arg\max`, ...: `kind` is max, min, argmax, argmin, sup, inf."""

    kind: str
    body: Node
    variables: tuple[Node, ...] = ()
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Gradient(Node):
    r"""`\nabla_{wrt} body`."""

    body: Node
    wrt: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    r"""`\frac{\partial body}{\partial wrt}`, as a fraction or as an operator in front; `wrt` repeats for orders."""

    body: Node
    wrt: tuple[Node, ...]
    partial: bool = True


@dataclass(frozen=True, slots=True)
class Evaluated(Node):
    r"""`body \big|_{conditions}`."""

    body: Node
    conditions: tuple[Node, ...]


# --- information ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Divergence(Node):
    r"""`\mathrm{KL}(left \| right)`; `kind` is KL, or the name that was written (`D_\alpha`)."""

    kind: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Entropy(Node):
    r"""`H[q]`, `H(p, q)`, `H(x | y)`, `H_q(z)`; `symbol` is the letter with its scripts."""

    symbol: Name
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class MutualInformation(Node):
    r"""`I_q(x; z | y)`; the subscript of `symbol` says under which law."""

    symbol: Name
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    given: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution(Node):
    r"""`\mathcal N(values; parameters)`; without values the distribution itself. `family` is a name of the table."""

    family: str
    parameters: tuple[Node, ...]
    values: tuple[Node, ...] = ()
    symbol: Name | None = None


# --- indices, lists and statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range(Node):
    r"""An index range: `1:T`, `<t` (no lower end, open upper end), `\le t`, `t:`."""

    lower: Node | None
    upper: Node | None
    lower_open: bool = False
    upper_open: bool = False


@dataclass(frozen=True, slots=True)
class Except(Node):
    r"""All indices but one: `-j`, `\setminus j`, `\neq j`."""

    index: Node


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    """`(a, b)` where it is no list of arguments."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class SetOf(Node):
    r"""`\{0, 1\}`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Relation(Node):
    r"""`left sign right` inside an argument list, an index or a statement: `x = 1`, `k \ne i`, `n \in B`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Independence(Node):
    r"""`left \perp right \mid given`, a statement."""

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    given: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscripted(Node):
    """A subscript on something in brackets: `(a + b)_j`."""

    body: Node
    subscripts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Accented(Node):
    r"""An accent over more than a name: `\overline{a + b}`."""

    body: Node
    accent: str
