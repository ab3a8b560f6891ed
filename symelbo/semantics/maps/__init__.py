"""Concrete maps, and densities along them."""
