"""What the names of a document are, learned before any of its claims is read."""
