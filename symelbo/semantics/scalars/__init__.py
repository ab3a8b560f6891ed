"""Claims about numbers alone: where free symbols range, and points that refute."""
