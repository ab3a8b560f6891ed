"""Exercises with worked solutions: made from a seed, their keys proved by the engine before they are shown."""

from symelbo.practice.exercise import Exercise, Question
from symelbo.practice.generate import KINDS, exercise, exercises
from symelbo.practice.marking import Mark, mark

__all__ = ["KINDS", "Exercise", "Mark", "Question", "exercise", "exercises", "mark"]
