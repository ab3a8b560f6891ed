"""JUnit XML, which build servers show as test results: every claim is a test case.

Only the elements and attributes that the schemas of the common servers share are written, since some refuse others.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from symelbo.checking.formats.messages import in_words, place_in_words, title
from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Report

__all__ = ["as_junit"]

_KINDS = {Outcome.REFUTED: "failure", Outcome.UNREAD: "error", Outcome.UNKNOWN: "skipped"}
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """The report as JUnit XML: refuted is a failure, unread an error, unknown is skipped with its reason."""
    suites = [_suite(file) for file in report.files]
    root = ET.Element("testsuites", name="symelbo", time=f"{report.seconds:.4f}")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _suite(file: FileReport) -> ET.Element:
    cases = [_problem(file, item) for item in file.problems] + [_case(file, claim) for claim in file.claims]
    suite = ET.Element("testsuite", name=_clean(file.path), tests=str(len(cases)), time=f"{file.seconds:.4f}")
    suite.set("file", _clean(file.path))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.extend(cases)
    return suite


def _case(file: FileReport, claim: ClaimReport) -> ET.Element:
    case = ET.Element("testcase", classname=_clean(file.path), name=place_in_words(claim), time=f"{claim.seconds:.4f}")
    if claim.failed or claim.outcome is Outcome.UNKNOWN:
        words = claim.note if claim.outcome is Outcome.UNKNOWN and claim.note else title(claim)
        ET.SubElement(case, _KINDS[claim.outcome], message=_clean(words)).text = _clean(in_words(claim))
    return case


def _problem(file: FileReport, problem: FileProblem) -> ET.Element:
    case = ET.Element("testcase", classname=_clean(file.path), name=f"problem: {place_in_words(problem)}", time="0")
    ET.SubElement(case, "error", message=_clean(problem.message)).text = _clean(problem.message)
    return case


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", text)
