"""Language to text: LaTeX, Markdown, HTML and plain text, in the order in which a person writes."""

from symelbo.writing.document import Assumed, Display, Document, Line, Paragraph
from symelbo.writing.formats import FORMATS, format_of, write
from symelbo.writing.latex import latex
from symelbo.writing.pdf import pdf

__all__ = ["FORMATS", "Assumed", "Display", "Document", "Line", "Paragraph", "format_of", "latex", "pdf", "write"]
