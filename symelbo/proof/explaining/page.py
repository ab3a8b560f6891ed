"""The page of rules, written from their table, so that what is documented is what the program says."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.proof.explaining.rules import RULES, Rule

__all__ = ["rules_page"]

_HEAD = """\
# The named rules

A proof is explained by the fewest rules under which its two sides become the same: each is switched off in turn, and
those that the proof can do without are not told. `symelbo check --verbose` says them in words for every row,
`--format json` gives their identifiers, `--max-step N` reports rows that take more than `N`. Each entry says what the
rule states, when it applies, when it does not, and where it comes from.
"""


def rules_page() -> str:
    """The page in Markdown.

    >>> rules_page().splitlines()[0]
    '# The named rules'
    """
    return "\n".join([_HEAD, *("\n".join(_entry(rule)) for rule in RULES)])


def _entry(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"- **Told as.** {rule.name.format(names='...')}."
    yield f"- **Statement.** {rule.statement}"
    if rule.conditions:
        yield f"- **Conditions.** {'; '.join(rule.conditions)}."
    if rule.fails:
        yield f"- **Fails when** {rule.fails}."
    if rule.source:
        yield f"- **Source.** {rule.source}."
    if rule.example:
        yield f"- **Example.**\n\n{_indented(rule.example)}"
    yield ""


def _indented(example: str) -> str:
    return "\n".join(f"  {line}" for line in example.splitlines())
