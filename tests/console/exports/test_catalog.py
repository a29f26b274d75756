"""Every listed format keeps the promises of its kind."""

import ast
import gzip
from pathlib import Path

import pytest

import console
from console.exports import json_pieces
from console.exports.catalog import CATALOG, which
from console.exports.export import Export
from tests.console.exports.catalog_files import HEAD, Corpus, corpora, owner, samples

#: What no format may take for its own.
FOREIGN = {
    "nothing": b"",
    "NUL bytes": b"\x00" * 4096,
    "blanks": b" \r\n\t" * 400,
    "a byte order mark": b"\xef\xbb\xbf",
    "a table of names": b"id;name\n1;Ann\n",
    "a table of one column": b"id\n1\n2\n",
    "a record without the rest": b'{"ContactId": "1"}',
    "an empty object": b"{}",
    "an empty page": b'{"tickets": [], "users": [], "entities": []}',
    "numbers": b"[1, 2, 3]\n",
    "an id alone": b'{"id": 1}\n{"id": 2}\n',
    "a GeoJSON": b'{"type":"FeatureCollection","features":[{"type":"Feature","id":1}]}',
    "a package": b'{"name":"x","version":"1.0","dependencies":{"y":"^1"},"scripts":{}}',
    "a system's log": b"1767600000 some other log\n" * 20,
    "a log of JSON": b'{"time":"2026-01-05T08:00:00Z","level":"info","msg":"started"}\n' * 9,
    "a web page": b"<!doctype html><title>Export</title><table><tr><td>1</td></tr></table>",
    "an archive": b"PK\x03\x04binary|with|bars|in|it\n",
    "packed": gzip.compress(b"x" * 999),
    "brackets": b"[" * 9999,
    "braces": b'{"a":' * 9999,
    "a quote": b'"' * 9999,
    "UTF-16": '{"id": 1}'.encode("utf-16"),
    "every byte": bytes(range(256)) * 16,
    "a script": b'import os\nprint(os.environ)\n\n\ndef f(x):\n    return {"id": x}\n',
    "an interface's description": (
        b'{"openapi":"3.0.1","examples":{"page":{"events":[{"event_type":"reservation.accepted",'
        b'"event_data":{"task_sid":"WT1"},"resource_sid":"WR1","sid":"EV1"}]}}}'
    ),
    "a schema": (
        b'{"type":"object","$schema":"http://json-schema.org/draft-07/schema#","examples":'
        b'[{"ContactId":"1","InitiationMethod":"INBOUND","InstanceARN":"x"}]}'
    ),
    "a page of documentation": (
        b"# Contact records\n\nAn example:\n```json\n"
        b'{"ContactId": "1", "InitiationMethod": "INBOUND", "InstanceARN": "x"}\n```\n'
    ),
    "an analysis of a contact": (
        b'{"Version":"1.1.0","Channel":"VOICE","AccountId":"1","InstanceId":"i","ContactId":"c",'
        b'"LanguageCode":"en-US","EventType":"SEGMENTS","Segments":[]}'
    ),
    "SQL": b"CREATE TABLE calls (id int);\nINSERT INTO calls VALUES (1),(2);\n",
}
every_export = pytest.mark.parametrize("export", CATALOG, ids=lambda export: export.NAME)
every_corpus = pytest.mark.parametrize("corpus", corpora(), ids=lambda corpus: corpus.name)


@every_export
def test_a_format_has_samples_and_knows_its_own(export: Export) -> None:
    assert samples(export), f"no samples in tests/data/exports/{export.NAME}"
    for path in samples(export):
        data = path.read_bytes()
        assert owner(data) is export
        assert which(data[:HEAD]) is export
        # Of the others at most one that reads the same records of the same platform.
        for other in CATALOG:
            assert other.PLATFORM == export.PLATFORM or not other.fits(data[:HEAD]), other.NAME


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_none_is_taken_by_none(what: str) -> None:
    assert which(FOREIGN[what][:HEAD]) is None


@every_export
def test_a_beginning_of_any_length_raises_nothing(export: Export) -> None:
    for path in samples(export):
        data = path.read_bytes()[:HEAD]
        for length in {*range(0, 40), *range(0, len(data), max(1, len(data) // 60))}:
            assert export.fits(data[:length]) in (True, False)
        # And, where all of it is known, also with more behind it.
        assert export.fits(data + data[: HEAD - len(data)] if len(data) < HEAD else data)


@every_corpus
def test_one_record_is_enough_to_be_recognised(corpus: Corpus) -> None:
    export = corpus.export
    alone = [owner(corpus.file([each])) for each in corpus.records if corpus.statements(each)]
    assert export in alone
    # A page of names alone can be another's of the platform: the same is told of it.
    assert all(each is None or each.PLATFORM == export.PLATFORM for each in alone)


@pytest.mark.parametrize(
    "corpus",
    [each for each in corpora() if "lines" in each.layouts()],
    ids=lambda corpus: corpus.name,
)
def test_a_file_that_begins_in_the_middle_of_a_line_is_recognised(corpus: Corpus) -> None:
    line = corpus.file([corpus.anchor], "lines")
    for cut in range(1, len(line), max(1, len(line) // 50)):
        found = which((line[cut:] + line + line)[:HEAD])
        assert found is corpus.export, line[cut : cut + 80]


def test_names_are_unique_and_words_are_for_people() -> None:
    names = [export.NAME for export in CATALOG]
    assert len(names) == len(set(names))
    for export in CATALOG:
        assert export.NAME.isidentifier() and export.NAME == export.NAME.lower()
        assert export.TITLE[:1].isupper() and export.PLATFORM
        assert export.KIND in ("log", "json", "table")
        assert len(export.NAME) <= 40 and len(export.PLATFORM) <= 40


@every_corpus
def test_records_become_statements_whose_identity_can_be_kept(corpus: Corpus) -> None:
    kinds = ("contact:", "agent:", "ticket:", "report:")
    told = [each for record in corpus.records for each in corpus.statements(record)]
    assert told
    for subject, key, version, _said in told:
        # A count without a queue is of all of them.
        assert subject == "name" or subject.startswith(("count:", *kinds)) and subject not in kinds
        assert key and len(key) <= 240 and len(subject) <= 240
        assert abs(version) < 1 << 62


#: Nothing that stands in a file may be run, unpickled, or take part in building a program.
FORBIDDEN_CALLS = frozenset(
    ("eval", "exec", "compile", "__import__", "execfile", "globals", "locals", "vars", "breakpoint")
)
FORBIDDEN_MODULES = frozenset(
    ("pickle", "marshal", "shelve", "yaml", "subprocess", "ctypes", "importlib", "runpy", "code",
     "socket", "urllib.request", "http", "requests", "smtplib", "ftplib", "tempfile", "shutil",
     "xml")
)  # fmt: skip
#: A stream of tags is counted; nothing of it is resolved or fetched.
ALLOWED_MODULES = {"archives.py": {"xml"}}


@pytest.mark.parametrize("package", ["exports", "sync"])
def test_nothing_in_a_file_is_executed_formatted_or_sent(package: str) -> None:
    folder = Path(console.__file__).parent / package
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            where = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Name):
                    assert called.id not in FORBIDDEN_CALLS, where
                elif isinstance(called, ast.Attribute):
                    assert called.attr not in ("format_map", "system", "popen", "extractall"), where
                    if called.attr == "format":
                        assert isinstance(called.value, ast.Constant), where
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            modules += [name.partition(".")[0] for name in modules]
            wrong = FORBIDDEN_MODULES.intersection(modules) - ALLOWED_MODULES.get(path.name, set())
            assert not wrong, f"{where}: {wrong}"


def test_the_limits_on_one_record_are_below_what_is_read_at_a_time() -> None:
    from console.sync import files

    assert json_pieces.MAX <= files.CHUNK
