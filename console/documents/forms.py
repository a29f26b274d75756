"""A paper as Markdown, as one HTML file that can be printed, or as JSON. Nothing that stands in it
is ever markup: names and reports are written by people.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from pathlib import Path

from console.domain.papers import Paper, Section, Table
from console.domain.times import iso

MARKDOWN, HTML, JSON = ".md", ".html", ".json"
FORMS = (MARKDOWN, HTML, JSON)

# What means something in Markdown wherever it stands, and at the beginning of a line.
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|~$&"})
_FIRST = re.compile(r"^(\d*)([#+=.)-])")
_STYLE = """
body { font: 11pt/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; }
h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #999; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: 10pt; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #eee; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
dt { color: #555; } dd { margin: 0; }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def written(paper: Paper, path: Path) -> str:
    """The text for a file of that name, by its ending: .md, .html or .json."""
    ending = path.suffix.lower()
    if ending == MARKDOWN:
        return as_markdown(paper)
    return as_html(paper) if ending in (HTML, ".htm") else as_json(paper)


def as_json(paper: Paper) -> str:
    said = asdict(paper)
    said["at"] = iso(paper.at)
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def as_markdown(paper: Paper) -> str:
    return "\n".join(_markdown(paper)) + "\n"


def _markdown(paper: Paper) -> Iterator[str]:
    yield f"# {_plain(paper.title)}"
    yield ""
    for name, value in paper.about:
        yield f"- {_plain(name)}: {_plain(value)}"
    for section in paper.sections:
        yield f"\n## {_plain(section.title)}\n"
        for line in section.lines:
            yield f"{_plain(line)}\n"
        for point in section.points:
            yield f"- {_plain(point)}"
        for table in section.tables:
            yield ""
            yield from _markdown_table(table)


def _markdown_table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"{_plain(table.caption)}\n"
    yield f"| {' | '.join(map(_plain, table.columns))} |"
    sides = ("--:" if right else "---" for right in _numbers(table))
    yield f"| {' | '.join(sides)} |"
    for row in table.rows:
        yield f"| {' | '.join(map(_plain, row))} |"


def _plain(text: str) -> str:
    """On one line, and nothing of it a sign of Markdown or HTML."""
    said = _printable(" ".join(text.split())).translate(_SPECIAL)
    return _FIRST.sub(r"\1\\\2", said)


def _printable(text: str) -> str:
    """Nothing in a name may steer a terminal or a printer."""
    return "".join(c if c.isprintable() else "�" for c in text)


def as_html(paper: Paper) -> str:
    return "\n".join(_html(paper)) + "\n"


def _html(paper: Paper) -> Iterator[str]:
    title = _escaped(paper.title)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>{title}</h1>\n<dl>"
    for name, value in paper.about:
        yield f"<dt>{_escaped(name)}</dt><dd>{_escaped(value)}</dd>"
    yield "</dl>"
    for section in paper.sections:
        yield from _html_section(section)
    yield "</body>\n</html>"


def _html_section(section: Section) -> Iterator[str]:
    yield f"<h2>{_escaped(section.title)}</h2>"
    for line in section.lines:
        yield f"<p>{_escaped(line)}</p>"
    if section.points:
        yield "<ul>"
        for point in section.points:
            yield f"<li>{_escaped(point)}</li>"
        yield "</ul>"
    for table in section.tables:
        yield "<table>"
        if table.caption:
            yield f"<caption>{_escaped(table.caption)}</caption>"
        yield f"<thead><tr>{''.join(_cells('th', table.columns, table))}</tr></thead>\n<tbody>"
        for row in table.rows:
            yield f"<tr>{''.join(_cells('td', row, table))}</tr>"
        yield "</tbody>\n</table>"


def _cells(tag: str, row: tuple[str, ...], table: Table) -> Iterator[str]:
    for text, right in zip(row, _numbers(table), strict=True):
        yield f"<{tag}{' class=number' if right else ''}>{_escaped(text)}</{tag}>"


def _escaped(text: str) -> str:
    return escape(_printable(" ".join(text.split())))


def _numbers(table: Table) -> tuple[bool, ...]:
    return table.numbers or (False,) * len(table.columns)


__all__ = ["FORMS", "as_html", "as_json", "as_markdown", "written"]
