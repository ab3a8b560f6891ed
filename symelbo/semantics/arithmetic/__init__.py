"""Numbers: balls, decimals, closed forms, units."""
