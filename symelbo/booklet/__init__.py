"""A folder of documents as one page to read, with a badge for every line that was judged."""

from symelbo.booklet.book import Book, make_book

__all__ = ["Book", "make_book"]
