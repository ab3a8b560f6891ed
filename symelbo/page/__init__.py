"""A page for the browser: derivations judged line by line, and the bound of a binary model under one's hands."""
