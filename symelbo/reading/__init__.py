"""Text to language: documents, displays, tokens, grammar, meaning. Nothing here decides what is true."""

from symelbo.reading.stating.statements import DocumentReading, Kind, Reading, Statement

__all__ = ["DocumentReading", "Kind", "Reading", "Statement", "read_document"]


def read_document(path: str, text: str) -> DocumentReading:
    """Read a document: every relation sign in it as a statement, in reading order. Never fails."""
    from symelbo.reading.stating.meaning import read_document as read  # SymPy is imported only when something is read

    return read(path, text)
