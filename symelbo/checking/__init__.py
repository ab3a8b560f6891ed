"""Documents to reports: `check` reads, judges every claim, and says what it found."""

from symelbo.checking.check import check, check_text
from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Report

__all__ = ["ClaimReport", "FileProblem", "FileReport", "Outcome", "Report", "check", "check_text"]
