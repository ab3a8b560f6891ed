"""Statements of a document with their readings and their context."""
