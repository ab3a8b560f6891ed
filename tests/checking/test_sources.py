"""From names to documents: each once, whatever it was named by."""

from __future__ import annotations

from pathlib import Path

from symelbo.checking import check
from symelbo.checking.batch import check_many
from symelbo.checking.sources import Source, sources


def test_a_document_that_is_named_twice_is_read_once_and_others_are_all_read(tmp_path: Path) -> None:
    one, two = tmp_path / "one.md", tmp_path / "two.md"
    for path in (one, two):
        path.write_text("no mathematics\n")
    named = [two, tmp_path, one, two]
    wanted = [str(two), str(one)]
    assert [source.path for source in sources(named)] == wanted
    assert [file.path for file in check(*named).files] == wanted
    assert [(number, file.path) for number, file in check_many(named)] == [*enumerate(wanted)]


def test_texts_are_no_paths_and_stay_as_many_as_they_are() -> None:
    text = Source("text.md", "no mathematics\n")
    assert [*sources([text, text])] == [text, text]
    assert len(check("one\n", "two\n").files) == 2
