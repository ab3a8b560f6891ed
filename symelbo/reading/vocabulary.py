"""What the names of a document are: families of densities, variables, functions, functionals.

Nothing needs to be declared in the common case. The survey looks at how each name is used in the whole document:
what stands under an expectation or beside a divergence's bars is a family, what stands in a density's brackets is a
variable, and a call that only ever stands alone on a side is the name of a functional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symelbo.reading import syntax as sx

__all__ = ["FamilyKey", "Signature", "Vocabulary", "name_key", "split_scripts", "survey"]

_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
_INDEX_LETTERS = frozenset("ijklmnstdc")
_DENSITY_LETTERS = frozenset("pqPQ")
_ACCENT_COPIES = frozenset(("tilde", "hat"))

FamilyKey = str


def latex_of(text: str) -> str:
    """A name's letters as LaTeX."""
    return "\\" + text if text in _GREEK else text if len(text) == 1 else rf"\mathrm{{{text}}}"


def name_key(name: sx.Name) -> str:
    """The letters, font and accents of a name in LaTeX, without scripts and primes."""
    text = latex_of(name.text)
    fonts = {"bold": "mathbf", "cal": "mathcal", "bb": "mathbb", "frak": "mathfrak", "script": "mathscr"}
    if name.font in fonts and name.text not in _GREEK:
        text = rf"\{fonts[name.font]}{{{name.text}}}"
    for accent in name.accents:
        text = rf"\{accent}{{{text}}}"
    return text


@dataclass(frozen=True, slots=True)
class Scripts:
    """Scripts of a name sorted by what they do: indices count, words and labels tell names apart."""

    indices: tuple[sx.Node, ...]
    words: tuple[str, ...]
    primes: int
    label: str


def split_scripts(name: sx.Name) -> Scripts:
    """Sort the subscripts of a name into indices and words, and write its superscript label as text."""
    indices: list[sx.Node] = []
    words: list[str] = []
    for part in name.subscripts:
        if isinstance(part, sx.Text):
            words.append(part.words)
        elif isinstance(part, sx.Name) and (
            (len(part.text) > 1 and part.text not in _GREEK) or part.font in ("roman", "text", "cal")
        ):
            words.append(latex_of(part.text))
        else:
            indices.append(part)
    label = sx.outline(name.label) if name.label is not None else ""
    return Scripts(tuple(indices), tuple(words), name.primes, label)


def quantity_scripts(name: sx.Name) -> Scripts:
    """The scripts of a quantity, where a Greek subscript is part of the name: `\\mu_\\theta` is no entry number theta."""
    scripts = split_scripts(name)
    greek = tuple(latex_of(part.text) for part in scripts.indices if isinstance(part, sx.Name) and part.text in _GREEK)
    if not greek:
        return scripts
    rest = tuple(part for part in scripts.indices if not (isinstance(part, sx.Name) and part.text in _GREEK))
    return Scripts(rest, (*scripts.words, *greek), scripts.primes, scripts.label)


@dataclass(frozen=True, slots=True)
class Signature:
    """One way in which a family was written: the names before and after the bar."""

    family: FamilyKey
    of: tuple[sx.Node, ...]
    given: tuple[sx.Node, ...]
    call: sx.Call


Bounds = tuple[sx.Node, sx.Node]


@dataclass(slots=True)
class Vocabulary:
    """The names of a document by role.

    `indices` count (and `counts` are their upper ends), `positive` are quantities that stand where only positive ones can,
    `first` is the lowest index seen of a base, `bounds` the limits an index was given somewhere, `vectors` the names
    that a factorisation takes apart into entries, `bare` the names that occur without brackets. `copied` has a family with
    a base whose entries are draws from one law, as in `p(x_n, z_n)` for every `n`.
    """

    families: set[FamilyKey] = field(default_factory=set)
    signatures: list[Signature] = field(default_factory=list)
    functionals: set[str] = field(default_factory=set)
    slots: dict[FamilyKey, set[str]] = field(default_factory=dict)
    parameters: dict[FamilyKey, tuple[sx.Node, ...]] = field(default_factory=dict)
    split_by_parameters: set[FamilyKey] = field(default_factory=set)
    vectors: dict[str, Bounds] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    indices: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    positive: set[str] = field(default_factory=set)
    first: dict[str, int] = field(default_factory=dict)
    bounds: dict[str, Bounds] = field(default_factory=dict)
    matrices: set[str] = field(default_factory=set)
    declared_latent: set[str] = field(default_factory=set)
    also_quantities: set[FamilyKey] = field(default_factory=set)
    labels: set[tuple[str, str]] = field(default_factory=set)
    own_functions: set[str] = field(default_factory=set)
    copied: set[tuple[FamilyKey, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def is_family(self, name: sx.Name) -> bool:
        """Whether a name is a family of densities."""
        return family_key(name) in self.families

    def has_slot(self, family: FamilyKey, key: str) -> bool:
        """Whether the plain name fills a slot of the family somewhere in the document."""
        return key in self.slots.get(family, ())

    def is_variable(self, key: str) -> bool:
        """Whether the plain name fills a slot of any family."""
        return any(key in slots for slots in self.slots.values())

    def latent(self) -> set[str]:
        """Names that a density is of, and that the document also conditions on or integrates over."""
        if self.declared_latent:
            return self.declared_latent
        of = [{sx.outline(item) for item in s.of} for s in self.signatures if s.family.lower().startswith(("q", "r"))]
        return set().union(*of)

    @property
    def has_matrices(self) -> bool:
        """Whether anything in the document is a matrix."""
        return bool(self.matrices)

    def is_matrix(self, node: sx.Node) -> bool:
        """Whether a tree is about a matrix."""
        return any(isinstance(part, sx.Name) and name_key(part) in self.matrices for part in sx.walk(node))

    def labelled(self, base: sx.Name, exponent: sx.Node) -> bool:
        """Whether `\\theta^{t}` is a labelled copy and not a power: the base is conditioned on under several labels."""
        return (plain_key(base), sx.outline(exponent)) in self.labels

    def defines(self, name: sx.Name) -> bool:
        """Whether a special function's letter is the author's own: primed, or defined by standing alone on a side."""
        return name.primes > 0 or name.text in self.own_functions

    def signature_of(self, family: FamilyKey, of_like: tuple[str, ...] | None = None) -> Signature | None:
        """How a bare family name is meant: its most frequent full form, if need be one with given variables."""
        found: dict[str, list[Signature]] = {}
        for signature in self.signatures:
            if signature.family != family or any(isinstance(item, sx.Relation) for item in signature.of):
                continue
            names = tuple(sorted(sx.outline(item) for item in signature.of))
            if of_like is not None and names != tuple(sorted(of_like)):
                continue
            found.setdefault(sx.outline(signature.call.arguments), []).append(signature)
        return max(found.values(), key=len)[0] if found else None


def family_key(name: sx.Name) -> FamilyKey:
    """What tells families apart: letter, accents, word subscripts and labels; index and parameter scripts do not."""
    scripts = split_scripts(name)
    labels = [*scripts.words, *(sx.outline(part) for part in scripts.indices if is_label(part))]
    label = ("^" + scripts.label if scripts.label else "") + "'" * scripts.primes
    return name_key(name) + ("_{" + ",".join(labels) + "}" if labels else "") + label


def is_label(part: sx.Node) -> bool:
    """Whether a family's subscript is a label (`p_D`, `p_X`), not a parameter (`p_\\theta`) or an index (`q_k`)."""
    return isinstance(part, sx.Name) and not is_parameter(part) and not is_index(part)


def is_parameter(part: sx.Node) -> bool:
    """Whether a family's subscript is a parameter: a Greek letter, a bold one, or a tuple of them."""
    return isinstance(part, sx.Name) and (part.text in _GREEK or part.font == "bold" or part.text in ("w", "W"))


def is_index(part: sx.Node) -> bool:
    """Whether a family's subscript counts members of a collection."""
    return not isinstance(part, sx.Name) or (part.text in _INDEX_LETTERS or part.text in ("K", "T", "L", "N"))


def survey(
    sides: Iterable[sx.Node], starts: Iterable[sx.Node] = (), pairs: Iterable[tuple[sx.Node, sx.Node]] = ()
) -> Vocabulary:
    """Look at every side of every claim and sort the names by role.

    `starts` are the sides that open a chain, `pairs` the two sides of each relation.
    """
    listed, opening = list(sides), list(starts)
    vocabulary = Vocabulary()
    _families(vocabulary, listed, opening)
    for side in opening:
        head = side.function if isinstance(side, sx.Call) else side
        if isinstance(head, sx.Name) and family_key(head) not in vocabulary.families and _names_a_functional(head):
            vocabulary.functionals.add(functional_key(head))
        if isinstance(side, sx.Call) and isinstance(head, sx.Name):
            vocabulary.own_functions.add(head.text)
    called_nodes: set[int] = set()
    for side in listed:
        for node in sx.walk(side):
            if isinstance(node, sx.Call) and isinstance(node.function, sx.Name):
                called_nodes.add(id(node.function))
                if vocabulary.is_family(node.function):
                    _record(vocabulary, node)
            _indices(vocabulary, node)
            _positives(vocabulary, node)
            _matrices(vocabulary, node)
    for side in listed:
        for node in sx.walk(side):
            if isinstance(node, sx.Name) and id(node) not in called_nodes:
                vocabulary.bare.add(plain_key(node))
                if vocabulary.is_family(node) and node.text not in _DENSITY_LETTERS:
                    vocabulary.also_quantities.add(family_key(node))
    for left, right in pairs:
        _vectors(vocabulary, left, right)
    _parameters(vocabulary)
    _copies(vocabulary)
    vocabulary.functionals -= {functional for functional in vocabulary.functionals if functional in vocabulary.indices}
    return vocabulary


def _families(vocabulary: Vocabulary, listed: list[sx.Node], opening: list[sx.Node]) -> None:
    laws: dict[str, sx.Name] = {family_key(name): name for side in listed for name in _law_names(side)}
    inside = {
        family_key(c.function) for side in listed for c in _weighing_calls(side) if isinstance(c.function, sx.Name)
    }
    alone = {family_key(s.function) for s in opening if isinstance(s, sx.Call) and isinstance(s.function, sx.Name)}
    for side in listed:
        for node in sx.walk(side):
            if not (isinstance(node, sx.Call) and isinstance(node.function, sx.Name)):
                continue
            name = node.function
            key = family_key(name)
            vocabulary.called.add(key)
            letter = name.text in _DENSITY_LETTERS and name.font != "cal"
            at_state = (letter or name.text in ("Pr", "Prob")) and any(
                isinstance(item, sx.Relation) and item.sign == "="
                for item in (*node.arguments.values, *node.arguments.given)
            )
            if key in laws or at_state or (letter and (name.text in "pq" or key in inside or key not in alone)):
                vocabulary.families.add(key)
    vocabulary.families |= {key for key, name in laws.items() if name.text in _DENSITY_LETTERS}
    vocabulary.families |= {family_key(name) for side in listed for name in _weights(side)}


def _indices(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names that count: in subscripts, under sums, at the ends of ranges."""
    if isinstance(node, sx.Name):
        for part in node.subscripts:
            for inner in sx.walk(part):
                if isinstance(inner, sx.Name) and not inner.subscripts and len(inner.text) == 1 and inner.font == "":
                    vocabulary.indices.add(name_key(inner))
                    if inner.text.isupper():
                        vocabulary.counts.add(name_key(inner))
            if isinstance(part, sx.Range) and isinstance(part.lower, sx.Number) and part.lower.text.isdigit():
                base = name_key(node)
                vocabulary.first[base] = min(vocabulary.first.get(base, 1), int(part.lower.text))
    if isinstance(node, sx.BigSum | sx.BigProduct) and node.lower is not None and len(node.variables) == 1:
        variable = node.variables[0]
        if isinstance(variable, sx.Name) and not variable.subscripts:
            vocabulary.indices.add(name_key(variable))
            if node.upper is not None:
                widest = vocabulary.bounds.get(name_key(variable))
                if widest is None or sx.outline(node.lower) < sx.outline(widest[0]):
                    vocabulary.bounds[name_key(variable)] = (node.lower, node.upper)
        if isinstance(node.upper, sx.Name) and not node.upper.subscripts:
            vocabulary.indices.add(name_key(node.upper))
            vocabulary.counts.add(name_key(node.upper))


def _positives(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names that stand where only positive numbers can: in logarithms, under roots, as scales."""
    places: tuple[sx.Node, ...] = ()
    if isinstance(node, sx.Log | sx.Sqrt):
        places = (node.argument,)
    elif isinstance(node, sx.Distribution):
        places = node.parameters[1:] if node.family in ("normal", "laplace") else node.parameters
    for place in places:
        for part in _factors(place):
            if isinstance(part, sx.Name):
                vocabulary.positive.add(base_text(part))


def _factors(node: sx.Node) -> Iterator[sx.Node]:
    match node:
        case sx.Product(factors=factors):
            for factor in factors:
                yield from _factors(factor)
        case sx.Quotient(numerator=top, denominator=bottom):
            yield from _factors(top)
            yield from _factors(bottom)
        case sx.Power(base=base):
            yield from _factors(base)
        case sx.Inverse(argument=argument) | sx.Factorial(argument=argument):
            yield from _factors(argument)
        case _:
            yield node


def base_text(name: sx.Name) -> str:
    """The name of a quantity's base: everything but its indices."""
    scripts = quantity_scripts(name)
    text = name_key(name) + ("_{" + ",".join(scripts.words) + "}" if scripts.words else "")
    return text + ("^{" + scripts.label + "}" if scripts.label else "") + "'" * scripts.primes


def _matrices(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names under a trace or determinant, and covariances beside them."""
    places: tuple[sx.Node, ...] = ()
    if isinstance(node, sx.Trace | sx.Determinant) or (
        isinstance(node, sx.Absolute)
        and isinstance(node.argument, sx.Name)
        and (node.argument.text.isupper() or node.argument.text in ("Sigma", "Lambda"))
    ):
        places = (node.argument,)
    elif isinstance(node, sx.Distribution) and node.family == "normal" and len(node.parameters) == 2:
        places = (node.parameters[1],)
    for place in places:
        for part in _factors(place):
            if isinstance(part, sx.Name) and (part.text.isupper() or part.text in ("Sigma", "Lambda", "Psi", "Omega")):
                vocabulary.matrices.add(name_key(part))


def _parameters(vocabulary: Vocabulary) -> None:
    """`p` and `p_\\theta` are one family unless both are written with the same arguments."""
    forms: dict[FamilyKey, dict[str, set[str]]] = {}
    found: dict[FamilyKey, dict[str, tuple[sx.Node, ...]]] = {}
    for signature in vocabulary.signatures:
        assert isinstance(signature.call.function, sx.Name)
        parameters = tuple(p for p in split_scripts(signature.call.function).indices if is_parameter(p))
        written = ",".join(map(sx.outline, parameters))
        found.setdefault(signature.family, {})[written] = parameters
        forms.setdefault(signature.family, {}).setdefault(written, set()).add(sx.outline(signature.call.arguments))
    for family, variants in found.items():
        named = [parameters for written, parameters in variants.items() if written]
        if not named:
            continue
        plain = forms[family].get("", set())
        if len(named) > 1 or any(plain & forms[family][",".join(map(sx.outline, p))] for p in named):
            vocabulary.split_by_parameters.add(family)
        else:
            vocabulary.parameters[family] = named[0]
            if "" in variants:
                vocabulary.notes.append(
                    f"{family} and {family}_{{{','.join(map(sx.outline, named[0]))}}} are read as one family"
                )


def _vectors(vocabulary: Vocabulary, left: sx.Node, right: sx.Node) -> None:
    """Names that a product takes apart into entries: `z` in `q(z) = \\prod_j q_j(z_j)`."""
    if not (isinstance(left, sx.Call) and isinstance(left.function, sx.Name) and vocabulary.is_family(left.function)):
        return
    plain = [name for name in left.arguments.values if isinstance(name, sx.Name) and not name.subscripts]
    for node in sx.walk(right):
        if not isinstance(node, sx.BigProduct) or node.lower is None or node.upper is None or len(node.variables) != 1:
            continue
        index = sx.outline(node.variables[0])
        for name in plain:
            entries = [
                part
                for part in sx.walk(node.body)
                if isinstance(part, sx.Name)
                and (part.text, part.font, part.accents) == (name.text, name.font, name.accents)
                and [sx.outline(s) for s in part.subscripts] == [index]
            ]
            if entries:
                vocabulary.vectors[plain_key(name)] = (node.lower, node.upper)


def _copies(vocabulary: Vocabulary) -> None:
    """Bases that a family only ever takes one entry of, at a running index: `p(x_n, z_n)` is one law for every n."""
    seen: dict[tuple[FamilyKey, str], bool] = {}
    for signature in vocabulary.signatures:
        names: dict[str, list[sx.Name]] = {}
        for item in (*signature.of, *signature.given):
            target = item.left if isinstance(item, sx.Relation) else item
            if isinstance(target, sx.Name):
                names.setdefault(base_text(target), []).append(target)
        for base, found in names.items():
            key = (signature.family, base)
            indexed = [split_scripts(name).indices for name in found]
            single = len(found) == 1 and len(indexed[0]) == 1 and isinstance(indexed[0][0], sx.Name)
            seen[key] = seen.get(key, True) and single
    numbered = {f for (f, _), fine in seen.items() if fine}
    families_with_index = {
        s.family
        for s in vocabulary.signatures
        if isinstance(s.call.function, sx.Name)
        and any(is_index(p) and not is_parameter(p) for p in split_scripts(s.call.function).indices)
    }
    vocabulary.copied = {key for key, fine in seen.items() if fine and key[0] in numbered - families_with_index}


def functional_key(name: sx.Name) -> str:
    """A functional's name with all scripts that are not arguments: `\\mathcal{L}_K`, `L_{simple}`."""
    scripts = split_scripts(name)
    below = [*(sx.outline(part) for part in scripts.indices), *scripts.words]
    return (
        name_key(name)
        + ("_{" + ",".join(below) + "}" if below else "")
        + ("^" + scripts.label if scripts.label else "")
    )


def _names_a_functional(name: sx.Name) -> bool:
    """Calligraphic letters, words and capitals name objectives; small letters name quantities."""
    return (
        name.font in ("cal", "bb", "script") or (len(name.text) > 1 and name.text not in _GREEK) or name.text.isupper()
    )


def _law_names(side: sx.Node) -> Iterator[sx.Name]:
    """Names that stand where only a density can: laws of expectations, sides of divergences, arguments of entropies."""
    for node in sx.walk(side):
        places: tuple[sx.Node, ...] = ()
        if isinstance(node, sx.Expectation):
            places = tuple(law.law if isinstance(law, sx.Sampled) else law for law in node.laws)
        elif isinstance(node, sx.Sampled):
            places = (node.law,)
        elif isinstance(node, sx.Divergence):
            places = (node.left, node.right)
        elif isinstance(node, sx.Entropy):
            places = node.arguments.values
        for place in places:
            for factor in place.factors if isinstance(place, sx.Product) else (place,):
                if isinstance(factor, sx.Call) and isinstance(factor.function, sx.Name):
                    yield factor.function
                elif isinstance(factor, sx.Name) and factor.text in (*_DENSITY_LETTERS, *"rfgsuvw", "pi"):
                    yield factor


def _weights(side: sx.Node) -> Iterator[sx.Name]:
    """Names that weigh: `r` in an integral of `r(u) log(.../r(u))` or of `r(u) f(u)/r(u)`, over their own argument."""
    for node in sx.walk(side):
        if not isinstance(node, sx.Integral | sx.BigSum):
            continue
        over = {sx.outline(v.variable if isinstance(v, sx.IntegralVariable) else v) for v in node.variables}
        factors = list(_factors(node.body))
        for factor in factors:
            if not (
                isinstance(factor, sx.Call)
                and isinstance(factor.function, sx.Name)
                and len(factor.arguments.values) == 1
            ):
                continue
            if {sx.outline(v) for v in factor.arguments.values} != over:
                continue
            written = sx.outline(factor)
            again = [
                p for other in factors if isinstance(other, sx.Log) for p in sx.walk(other) if sx.outline(p) == written
            ]
            if again or sum(sx.outline(other) == written for other in factors) > 1:
                yield factor.function


def _weighing_calls(side: sx.Node) -> Iterator[sx.Call]:
    """Calls inside logarithms, integrals, sums and quotients: where densities stand as factors."""
    for node in sx.walk(side):
        if isinstance(node, sx.Log | sx.Integral | sx.BigSum | sx.Quotient | sx.Expectation):
            for part in sx.walk(node):
                if isinstance(part, sx.Call):
                    yield part


def _record(vocabulary: Vocabulary, call: sx.Call) -> None:
    assert isinstance(call.function, sx.Name)
    key = family_key(call.function)
    arguments = call.arguments
    slots = vocabulary.slots.setdefault(key, set())
    for item in (*arguments.values, *arguments.given, *arguments.parameters):
        target = item.left if isinstance(item, sx.Relation) else item
        if isinstance(target, sx.Power) and target.may_be_label and isinstance(target.base, sx.Name):
            vocabulary.labels.add((plain_key(target.base), sx.outline(target.exponent)))
        if isinstance(target, sx.Name):
            slots.add(plain_key(target))
    vocabulary.signatures.append(Signature(key, arguments.values, (*arguments.given, *arguments.parameters), call))


def plain_key(name: sx.Name) -> str:
    """A variable's name with its scripts as text, to compare names by."""
    return sx.outline(name)


def stripped(name: sx.Name) -> sx.Name | None:
    """The name whose copy this one is: without primes, labels, tilde or hat, and words such as `old`; None if plain."""
    scripts = split_scripts(name)
    keep = tuple(
        part
        for part in name.subscripts
        if not isinstance(part, sx.Text)
        and not (isinstance(part, sx.Name) and len(part.text) > 1 and part.text not in _GREEK)
    )
    accents = tuple(a for a in name.accents if a not in _ACCENT_COPIES)
    if not (scripts.primes or scripts.label or scripts.words or accents != name.accents):
        return None
    return sx.Name(name.text, name.font, accents, 0, keep, None, span=name.span)
