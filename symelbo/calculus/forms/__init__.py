"""Laurent polynomials over the atoms of the measure calculus, and their arithmetic."""
