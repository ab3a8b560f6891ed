r"""Matrices and vectors by name: a normal form for words such as `x^\top A^{-1} y`, traces and log-determinants.

Names become letters that do not commute; products are multiplied out, a matrix next to its inverse cancels, a scalar
word is read forwards or backwards (it equals its transpose), a trace from any letter on. Covariances are symmetric.
Means under a Gaussian vector follow from `E[z] = m` and `E[z z^\top] = m m^\top + S`
(Petersen and Pedersen 2012, eqs. 318 and 320).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Add, Expr, Integer, Mul, Symbol, exp, log, pi

from symelbo.calculus.laws.pieces import log_value
from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    CrossEntropy,
    Det,
    Dimension,
    Dot,
    Entropy,
    Expectation,
    Identity,
    Inverted,
    Known,
    Ordered,
    Trace,
    Transposed,
    dummy_for,
    is_variable,
)
from symelbo.language.shapes import Kinds, dimension_name, in_order, kinds_of, with_determinants
from symelbo.language.walks import found_in

__all__ = ["Matrices", "matrix_forms", "symmetric_names"]

Word = tuple[tuple[Expr, bool, int], ...]
"""Letters: a name, whether it is transposed, and its power (-1 for an inverse)."""
Words = dict[Word, Expr]

_ONE, _ZERO = Integer(1), Integer(0)


def matrix_forms(terms: Iterable[Expr], dimension: Expr | None = None) -> list[Expr] | None:
    """The terms of one claim in normal form, all together; None when no matrices occur in them, nor traces,
    determinants and inverses of multiples of the identity.

    Raises `NotSupported` for what has no normal form here.

    >>> from sympy import symbols
    >>> x, A, B = symbols("x A B", real=True)
    >>> left, right = matrix_forms([Trace(Ordered(A, B)), Trace(Ordered(B, A))])
    >>> left == right
    True
    """
    listed = [_with_values(term) for term in terms]
    kinds = kinds_of(listed)
    if not kinds.matrices and not any(term.has(Inverted, Trace, Det) for term in listed):
        return None
    symmetric = {
        name
        for term in listed
        for law in found_in(term, Known)
        if law.name == "MultivariateNormal"
        for name in symmetric_names(law.parameters[1]) & kinds.matrices
    }
    algebra = Matrices(kinds, symmetric, dimension_name(listed) if dimension is None else dimension)
    return [algebra.normal(in_order(with_determinants(term, kinds), kinds)) for term in listed]


def symmetric_names(covariance: Expr) -> set[Expr]:
    """Names in a covariance that stand for symmetric matrices: its terms, their inverses, the middle of `A S A^T`."""
    found: set[Expr] = set()
    for part in Add.make_args(covariance):
        for factor in Mul.make_args(part):
            if isinstance(factor, Ordered) and len(factor.args) % 2:
                factor = factor.args[len(factor.args) // 2]
            inner = factor.args[0] if isinstance(factor, Inverted) else factor
            if is_variable(inner):
                found.add(inner)
            elif isinstance(factor, Inverted):
                found |= symmetric_names(inner)
    return found


def _with_values(term: Any) -> Any:
    """Laws without a value inside divergences get one."""
    if isinstance(term, KL) and not term.bound:
        variable = dummy_for(term.left, term.right)
        if isinstance(term.left, Known) and isinstance(term.right, Known):
            return KL(term.left.at(variable), term.right.at(variable), [variable])
    if not isinstance(term, Expr) or not term.args or is_variable(term):
        return term
    return term.func(*map(_with_values, term.args))


class Matrices:
    """The normal form, for given shapes of names and a name for the dimension."""

    def __init__(self, kinds: Kinds, symmetric: Iterable[Expr], dimension: Expr | None) -> None:
        self.kinds = kinds
        self.symmetric = frozenset(symmetric)
        self.dimension = dimension if dimension is not None else Dimension(Symbol("z"))

    # Terms that are numbers.

    def normal(self, term: Any) -> Any:
        """A scalar term with all words, traces and determinants in normal form."""
        if isinstance(term, Ordered | Dot | Trace):
            return self._spelled(self.words(term))
        if isinstance(term, Dimension):
            return self.dimension
        if isinstance(term, Det):
            return exp(self._log_det(term.args[0]))
        if isinstance(term, log):
            return self._log(term.args[0])
        if isinstance(term, Expectation):
            return self._mean(term.body, term.law)
        if isinstance(term, KL):
            return self._mean(log(term.left) - log(term.right), term.left)
        if isinstance(term, Entropy):
            return self._mean(-log(term.law), term.law)
        if isinstance(term, CrossEntropy):
            return self._mean(-log(term.right), term.left)
        if isinstance(term, Known) or not isinstance(term, Expr) or not term.args or is_variable(term):
            return term
        if term.has(Ordered, Dot, Trace, Det, Known, Dimension):
            return term.func(*map(self.normal, term.args))
        return term

    def _log(self, argument: Expr) -> Expr:
        parts = []
        for factor in Mul.make_args(argument):
            base, power = factor.as_base_exp()
            if isinstance(base, Det):
                parts.append(power * self._log_det(base.args[0]))
            elif isinstance(base, Known) and base.name == "MultivariateNormal":
                parts.append(power * self.normal(self.log_density(base)))
            else:
                parts.append(log_value(self.normal(factor)))
        return Add(*parts)

    def _log_det(self, matrix: Expr) -> Expr:
        """Determinants multiply; of a positive definite matrix they are positive, of others their size is meant."""
        words = self.words(matrix)
        if len(words) != 1:
            return log(Det(matrix))
        ((word, weight),) = words.items()
        logs = [power * log(Det(name)) for name, _, power in word]
        return Add(*logs, _ZERO if weight == 1 else self.dimension * log(weight))

    def log_density(self, law: Known) -> Expr:
        """`log N(z; m, S)` (Bishop 2006, eq. 2.43)."""
        mean, covariance = law.parameters
        gap = law.value - mean
        square = Ordered(Transposed(gap), Inverted(covariance), gap)
        return -self.dimension * log(2 * pi) / 2 - log(Det(covariance)) / 2 - square / 2

    # Means.

    def _mean(self, body: Expr, law: Expr) -> Expr:
        if not (isinstance(law, Known) and law.name == "MultivariateNormal" and is_variable(law.value)):
            raise NotSupported(f"means of matrix terms are only taken under one Gaussian vector, not under {law}")
        found: Words = {}
        for word, weight in self.words(self.normal(body)).items():
            if law.value in weight.free_symbols:
                raise NotSupported(f"{weight} depends on {law.value} otherwise than by matrix products")
            for part, factor in self._mean_of_word(word, law).items():
                _add(found, part, weight * factor)
        return self._spelled(found)

    def _mean_of_word(self, word: Word, law: Known) -> Words:
        places = [k for k, (name, _, _) in enumerate(word) if name == law.value]
        if not places:
            return {word: _ONE}
        if len(places) > 2:
            raise NotSupported(f"moments above the second of {law.value} have no closed form here")
        mean = self.words(law.parameters[0])
        made: Words = {(): _ONE}
        for k, letter in enumerate(word):
            made = self._times(
                made,
                _transposed(mean, self) if k in places and letter[1] else mean if k in places else {(letter,): _ONE},
            )
        if len(places) == 2:
            spread = self.words(law.parameters[1])
            first, second = places
            if word[first][1] and not word[second][1]:
                inner = word[first + 1 : second]
                # z' A z has mean m' A m + tr(A S).
                rest = self._times({word[:first]: _ONE}, {word[second + 1 :]: _ONE})
                for middle, weight in self._times({inner: _ONE}, spread).items():
                    for outer, factor in rest.items():
                        _add(made, outer, weight * factor * self._trace_of_word(middle))
            elif not word[first][1] and word[second][1] and second == first + 1:
                for part, weight in self._times(
                    self._times({word[:first]: _ONE}, spread), {word[second + 1 :]: _ONE}
                ).items():
                    _add(made, part, weight)
            else:
                # a' z b' z: the second factor is read backwards, a' z z' b.
                turned = self._turn(word, places)
                return self._mean_of_word(turned, law)
        return made

    def _turn(self, word: Word, places: list[int]) -> Word:
        for start, end in _closed(word, self):
            if start <= places[1] < end and places[0] < start:
                return word[:start] + _reverse(word[start:end], self) + word[end:]
            if start <= places[0] < end <= places[1]:
                return word[:start] + _reverse(word[start:end], self) + word[end:]
        raise NotSupported("a product of vectors could not be put in order")

    # Words.

    def words(self, term: Expr) -> Words:
        """A scalar, vector or matrix as a combination of words."""
        if term.is_Add:
            return _sum(self.words(part) for part in term.args)
        if term.is_Mul or isinstance(term, Ordered):
            made: Words = {(): _ONE}
            open_factors = 0
            for factor in term.args:
                words = self.words(factor)
                open_factors += not all(self._is_closed(word) for word in words)
                made = self._times(made, words)
            if term.is_Mul and open_factors > 1:
                raise NotSupported(f"{term} is a product of vectors or matrices without an order")
            return made
        if isinstance(term, Dot):
            left, right = term.args
            return self._times(_transposed(self.words(left), self), self.words(right))
        if isinstance(term, Transposed):
            return _transposed(self.words(term.args[0]), self)
        if isinstance(term, Identity):
            return {(): _ONE}
        if isinstance(term, Inverted):
            return self._inverse(term.args[0])
        if isinstance(term, Trace):
            return _sum(_scaled(self._trace(word), weight) for word, weight in self.words(term.args[0]).items())
        if isinstance(term, Expectation) and not self._scalar(term.body):
            return self._matrix_mean(term)
        if term.is_Pow and term.exp.is_Integer and 1 < term.exp <= 4 and not self._scalar(term.base):
            made = {(): _ONE}
            for _ in range(int(term.exp)):
                made = self._times(made, self.words(term.base))
            return made
        name = term.func if getattr(term, "func", None) in self.kinds.vectors else term
        if name in self.kinds.vectors or name in self.kinds.matrices:
            return {((term, False, 1),): _ONE}
        return {(): self.normal(term)}

    def _scalar(self, term: Expr) -> bool:
        """Whether a term is a number for sure: all its words are closed."""
        return all(self._is_closed(word) for word in self.words(term))

    def _is_closed(self, word: Word) -> bool:
        return sum(end - start for start, end in _closed(word, self)) == len(word)

    def _matrix_mean(self, term: Expectation) -> Words:
        law, found = term.law, {}  # type: ignore[var-annotated]
        if not (isinstance(law, Known) and law.name == "MultivariateNormal" and is_variable(law.value)):
            raise NotSupported(f"means of matrix terms are only taken under one Gaussian vector, not under {law}")
        for word, weight in self.words(term.body).items():
            for part, factor in self._mean_of_word(word, law).items():
                _add(found, part, weight * factor)
        return found

    def _inverse(self, matrix: Expr) -> Words:
        words = self.words(matrix)
        if len(words) == 1:
            ((word, weight),) = words.items()
            return {tuple((name, turned, -power) for name, turned, power in reversed(word)): 1 / weight}
        # The inverse of a sum is a letter of its own.
        whole = Add(*(weight * _text(word) for word, weight in sorted(words.items(), key=lambda item: str(item[0]))))
        self.kinds.matrices.add(whole)
        return {((whole, False, -1),): _ONE}

    def _times(self, left: Words, right: Words) -> Words:
        made: Words = {}
        for first, weight in left.items():
            for second, factor in right.items():
                _add(made, _joined(first, second), weight * factor)
        return made

    def _trace(self, word: Word) -> Words:
        """The trace of a word: a scalar word where a vector stands in it, else a letter of its own."""
        start = next((k for k, (name, turned, _) in enumerate(word) if turned and self._is_vector(name)), None)
        if start is not None:
            return {word[start:] + word[:start]: _ONE}
        return {(): self._trace_of_word(word)}

    def _trace_of_word(self, word: Word) -> Expr:
        if not word:
            return self.dimension
        if any(self._is_vector(name) for name, _, _ in word):
            return self._spelled(self._trace(word))
        turns = [word[k:] + word[:k] for k in range(len(word))]
        turns += [_reverse(turn, self) for turn in turns]
        reduced = [_joined((), turn) for turn in turns]
        shortest = min(reduced, key=lambda turn: (len(turn), str(turn)))
        if len(shortest) < len(word):
            return self._trace_of_word(shortest)
        ends = shortest[0], shortest[-1]
        if len(shortest) > 1 and ends[0][0] == ends[1][0] and ends[0][1] == ends[1][1]:
            # The letters at both ends meet in a circle.
            return self._trace_of_word(_joined((shortest[-1],), shortest[:-1]))
        return Trace(_text(shortest))

    def _is_vector(self, name: Expr) -> bool:
        return self.kinds.is_vector(name)

    def _spelled(self, words: Words) -> Expr:
        """A combination of closed words as a number; each word in the direction that sorts first."""
        parts = []
        for word, weight in words.items():
            pieces = list(_closed(word, self))
            if sum(end - start for start, end in pieces) != len(word):
                raise NotSupported(f"{_text(word)} is not a number")
            factors = [self._canonical(word[start:end]) for start, end in pieces]
            parts.append(Mul(weight, *factors))
        return Add(*parts)

    def _canonical(self, word: Word) -> Expr:
        return _text(min(word, _reverse(word, self), key=str))


def _closed(word: Word, algebra: Matrices) -> Iterable[tuple[int, int]]:
    """The stretches of a word from a transposed vector to the next plain one."""
    start: int | None = None
    for k, (name, turned, _) in enumerate(word):
        if algebra._is_vector(name):
            if turned and start is None:
                start = k
            elif not turned and start is not None:
                yield start, k + 1
                start = None


def _reverse(word: Word, algebra: Matrices) -> Word:
    return tuple(
        (name, turned if name in algebra.symmetric else not turned, power) for name, turned, power in reversed(word)
    )


def _transposed(words: Words, algebra: Matrices) -> Words:
    return {_reverse(word, algebra): weight for word, weight in words.items()}


def _joined(left: Word, right: Word) -> Word:
    """Two words side by side, powers of the same letter added."""
    made = list(left)
    for name, turned, power in right:
        if made and made[-1][0] == name and made[-1][1] == turned and (power < 0 or made[-1][2] < 0 or power > 1):
            total = made.pop()[2] + power
            if total:
                made.append((name, turned, total))
        else:
            made.append((name, turned, power))
    return tuple(made)


def _add(words: Words, word: Word, weight: Expr) -> None:
    total = words.get(word, _ZERO) + weight
    if total == 0:
        words.pop(word, None)
    else:
        words[word] = total


def _sum(parts: Iterable[Words]) -> Words:
    made: Words = {}
    for part in parts:
        for word, weight in part.items():
            _add(made, word, weight)
    return made


def _scaled(words: Words, weight: Expr) -> Words:
    return {word: weight * factor for word, factor in words.items()}


def _text(word: Word) -> Expr:
    letters = []
    for name, turned, power in word:
        letter = Transposed(name) if turned else name
        letters.extend([Inverted(letter)] * -power if power < 0 else [letter] * power)
    return letters[0] if len(letters) == 1 else Ordered(*letters)
