"""Random finite models that satisfy a context, and claims evaluated on them."""
