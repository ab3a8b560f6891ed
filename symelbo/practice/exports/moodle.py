"""Moodle XML, which its question bank imports."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from symelbo.practice.exercise import Exercise, Question
from symelbo.practice.texts import to_html

__all__ = ["moodle"]


def moodle(sheet: Sequence[Exercise]) -> bytes:
    """A `quiz` with a question for each thing asked, under one category."""
    quiz = ET.Element("quiz")
    category = ET.SubElement(quiz, "question", type="category")
    ET.SubElement(ET.SubElement(category, "category"), "text").text = "$course$/top/Evidence lower bound"
    for made in sheet:
        for number, question in enumerate(made.questions, 1):
            quiz.append(_question(made, question, f"{made.title} {made.kind}-{made.seed}-{number}"))
    ET.indent(quiz)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(quiz, encoding="unicode").encode() + b"\n"


def _question(made: Exercise, question: Question, name: str) -> ET.Element:
    kinds = {"number": "numerical", "choice": "multichoice", "order": "shortanswer"}
    node = ET.Element("question", type=kinds[question.kind])
    ET.SubElement(ET.SubElement(node, "name"), "text").text = name
    words = to_html(made.given) + to_html(question.ask)
    if question.kind == "order":
        words += "<ol>" + "".join(f"<li>{to_html(option)}</li>" for option in question.options) + "</ol>"
    _text(node, "questiontext", words)
    _text(node, "generalfeedback", to_html(question.solution))
    ET.SubElement(node, "defaultgrade").text = "1"
    if question.kind == "choice":
        ET.SubElement(node, "single").text = "true"
        ET.SubElement(node, "shuffleanswers").text = "0"
        ET.SubElement(node, "answernumbering").text = "123"
        for k, option in enumerate(question.options, 1):
            _answer(node, to_html(option), k == int(question.answer), "html")
        return node
    answer = _answer(node, question.answer, True, "moodle_auto_format")
    if question.kind == "number":
        # A number rounded to four places is right, and so is one whose last digit was rounded the other way.
        ET.SubElement(answer, "tolerance").text = "0.0001"
    _text(node, "hint", to_html(question.hint))
    return node


def _text(node: ET.Element, tag: str, words: str) -> None:
    ET.SubElement(ET.SubElement(node, tag, format="html"), "text").text = words


def _answer(node: ET.Element, words: str, right: bool, style: str) -> ET.Element:
    answer = ET.SubElement(node, "answer", fraction="100" if right else "0", format=style)
    ET.SubElement(answer, "text").text = words
    return answer
