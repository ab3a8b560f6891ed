"""What follows: normal forms, structure, the field of logarithms, non-negativity, named rules."""
