"""Explicit laws: closed forms of their means, divergences and entropies, and what they imply."""
