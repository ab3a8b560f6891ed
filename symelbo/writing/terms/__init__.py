"""Rules by which each kind of term is put into boxes, a module for a kind of mathematics."""
