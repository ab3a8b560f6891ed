"""What is not negative, and why: rules, candidates, combinations."""
