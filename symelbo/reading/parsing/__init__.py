"""Sides to syntax trees: spelling, operator precedence, brackets, binders."""
