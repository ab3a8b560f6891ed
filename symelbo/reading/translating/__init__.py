"""Syntax trees to terms of the language, by what the vocabulary says of their names."""
