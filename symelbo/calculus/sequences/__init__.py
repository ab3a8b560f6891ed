"""Sequences of symbolic length: sets of indexed variables, and how their densities fall apart."""
