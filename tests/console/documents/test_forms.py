"""Whatever people write, a document has no markup of theirs, and no customer in clear."""

import json
from html.parser import HTMLParser

import pytest

from console.documents.discreet import discreet
from console.documents.forms import as_html, as_json, as_markdown, written
from console.domain.papers import Paper, Section, Table

NASTY = '<script>alert("x")</script> | *b* [l](javascript:1) `c` & </td> \x1b[31m\n# head'


def paper(text: str) -> Paper:
    table = Table((text, "n"), ((text, "1"), ("plain", "2")), (False, True), text)
    section = Section(text, (text,), (text, "# a heading", "1. a list"), (table,))
    return Paper(text, 0, (("Who", text), (text, "x")), (section,))


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_has_no_tag_that_was_not_ours() -> None:
    plain, nasty = Seen(), Seen()
    plain.feed(as_html(paper("words")))
    nasty.feed(as_html(paper(NASTY)))
    assert nasty.tags == plain.tags and "script" not in nasty.tags
    text = "".join(nasty.text)
    assert '<script>alert("x")</script>' in text  # as words
    assert "\x1b" not in text
    assert "http" not in as_html(paper("words")).replace("http-equiv", "")  # all in one file


def test_markdown_has_as_many_lines_and_no_signs() -> None:
    plain, nasty = as_markdown(paper("words")), as_markdown(paper(NASTY))
    assert len(plain.splitlines()) == len(nasty.splitlines())
    for line in nasty.splitlines():
        cells = line.replace("\\|", "")
        assert cells.count("|") in (0, 3) and "<script" not in line.replace("\\<", "")
    assert "- \\# a heading" in plain and "- 1\\. a list" in plain
    assert "\x1b" not in nasty


def test_json_has_all_of_it() -> None:
    said = json.loads(as_json(paper(NASTY)))
    assert said["title"] == NASTY and said["at"] == "1970-01-01T00:00:00Z"
    assert said["sections"][0]["tables"][0]["rows"][1] == ["plain", "2"]


def test_the_form_is_that_of_the_files_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert written(paper("x"), tmp_path / "a.MD").startswith("# x")
    assert written(paper("x"), tmp_path / "a.html").startswith("<!DOCTYPE")
    assert written(paper("x"), tmp_path / "a.json").startswith("{")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("call +49 170 1234567 back", "call [number] back"),
        ("of ann.bell@example.org, twice", "of [address], twice"),
        ("account 4021773, since 2026-03-02", "account [number], since 2026-03-02"),
        ("(0044) 1632-960123", "([number]"),
        ("12 of 400 since 14:05, PJSIP/2001", "12 of 400 since 14:05, PJSIP/2001"),
    ],
)
def test_customers_are_not_named(said: str, told: str) -> None:
    assert discreet(said) == told or (said[0] == "(" and "1632" not in discreet(said))
