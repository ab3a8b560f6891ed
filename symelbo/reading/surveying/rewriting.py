"""Syntax trees with a change made wherever it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from symelbo.reading.parsing import syntax as sx

__all__ = ["mapped"]


def mapped(node: sx.Node, change: Callable[[sx.Node], sx.Node]) -> sx.Node:
    """The tree with a change made to every node, from the leaves up; the same object where nothing changes."""
    new: dict[str, object] = {}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, sx.Node):
            made: object = mapped(value, change)
            if made is not value:
                new[item.name] = made
        elif isinstance(value, tuple) and any(isinstance(part, sx.Node) for part in value):
            parts = tuple(mapped(part, change) if isinstance(part, sx.Node) else part for part in value)
            if any(a is not b for a, b in zip(parts, value, strict=True)):
                new[item.name] = parts
    return change(replace(node, **new) if new else node)  # type: ignore[arg-type]
