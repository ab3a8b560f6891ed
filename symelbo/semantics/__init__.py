"""What terms mean: concrete models, evaluation in balls and at any precision, witnesses, numbers in decimals."""
