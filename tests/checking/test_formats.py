"""The formats for other programs: each says what the report says, and nothing that a document holds breaks it."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from symelbo.checking import Report, check_text
from symelbo.checking.formats import FORMATS, as_annotations, as_junit, as_sarif
from symelbo.checking.report import Outcome
from symelbo.cli import main

TEXT = r"""# Notes

$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$

$$\log p(x, z) = \log p(z) - \log p(x \mid z)$$

$$\log p(x, z) = \log p(z) + ($$
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return check_text(TEXT, "my notes.md")


def test_sarif_holds_the_findings_and_their_places(report: Report) -> None:
    log = json.loads(as_sarif(report))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found = {result["ruleId"]: result for result in run["results"]}
    assert set(found) == {"refuted", "unread"}
    assert all(rules[result["ruleIndex"]] == name for name, result in found.items())
    place = found["refuted"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20notes.md"
    assert place["region"] == {"startLine": 5, "startColumn": 16, "endLine": 5, "endColumn": 17}
    assert "in this model the two sides differ" in found["refuted"]["message"]["text"]


def test_sarif_marks_differ_between_claims_and_stay_when_lines_move(report: Report) -> None:
    def marks(found: Report) -> list[str]:
        results = json.loads(as_sarif(found))["runs"][0]["results"]
        return [result["partialFingerprints"]["claim/v1"] for result in results]

    assert len(set(marks(report))) == 2
    assert marks(check_text("A line more.\n\n" + TEXT, "my notes.md")) == marks(report)


def test_junit_counts_every_claim_once(report: Report) -> None:
    root = ET.fromstring(as_junit(report).encode())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    (suite,) = root
    assert (suite.get("skipped"), suite.get("file")) == ("0", "my notes.md")
    passed = [case for case in suite if len(case) == 0]
    assert [case.get("name") for case in passed] == ["line 3, column 16"]


SCHEMA = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "time", "tests", "failures", "errors", "skipped", "file"},
    "testcase": {"name", "time", "classname"},
    **{name: {"message"} for name in ("failure", "error", "skipped")},
}


def test_junit_holds_nothing_that_a_strict_server_refuses(report: Report) -> None:
    for element in ET.fromstring(as_junit(report).encode()).iter():
        assert set(element.attrib) <= SCHEMA[element.tag]
        if element.tag.startswith("testsuite"):
            assert {"name", "tests", "failures", "errors"} <= set(element.attrib)


def test_junit_stays_xml_whatever_a_document_holds() -> None:
    report = check_text("$$p(x) = q(x) \x00 < \x0b & ]]>$$\n", "bad\x01.md")
    root = ET.fromstring(as_junit(report).encode())
    assert int(root.get("tests", "0")) >= 1


def test_annotations_are_one_line_each(report: Report) -> None:
    lines = as_annotations(report).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=my notes.md,line=5,col=16,endColumn=17,title=symelbo%3A refuted::refuted: "
    )
    assert "%0A" in lines[0]


def test_an_unknown_claim_is_no_error_in_any_format() -> None:
    report = check_text(r"$$\mathrm{KL}(q(z)\,\|\,p(z)) = \mu^2$$" + "\n", "open.md")
    assert [claim.outcome for claim in report.claims] == [Outcome.UNKNOWN]
    (line,) = as_annotations(report).splitlines()
    assert line.startswith("::notice")
    (found,) = json.loads(as_sarif(report))["runs"][0]["results"]
    assert found["ruleId"] == "unknown" and found["level"] == "note"
    root = ET.fromstring(as_junit(report).encode())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "0", "0")
    assert root[0].get("skipped") == "1" and root[0][0][0].tag == "skipped"


@pytest.mark.parametrize("name", [*FORMATS])
def test_a_file_that_is_not_there_is_said_in_every_format(name: str) -> None:
    run = CliRunner().invoke(main, ["check", "--format", name, "no-such-file.md"])
    assert run.exit_code == 2
    assert "no-such-file.md" in run.stdout
