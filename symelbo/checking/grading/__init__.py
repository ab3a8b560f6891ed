"""Final answers against a key: the same quantity, another one with a model that shows it, or not decided."""

from symelbo.checking.grading.compare import compare_terms, compare_texts
from symelbo.checking.grading.grade import Grade, Standing

__all__ = ["Grade", "Standing", "compare_terms", "compare_texts"]
