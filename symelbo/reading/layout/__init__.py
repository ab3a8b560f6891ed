"""From the tokens of a display to chains of relations: rows, columns, decoration, formulas in sentences."""
