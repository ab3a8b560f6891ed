"""Change of variables by invertible maps, and the determinants of their Jacobians."""
