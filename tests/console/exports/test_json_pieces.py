"""JSON files cut into records: every layout, any chunks, and damage that stays where it is."""

import json
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.exports import json_pieces
from console.exports.json_pieces import MAX, BadPiece, Cutter, Piece, first, members

ARRAYS = ("tickets", "users")
Result = tuple[list[tuple[str, bytes]], list[tuple[str, bytes]], bytes]


def cut(data: bytes, chunks: tuple[int, ...] = (1 << 30,), anew: bool = False) -> Result:
    """What comes out, in chunks of these sizes in turn; `anew`: a new cutter for each chunk."""
    cutter = Cutter(ARRAYS)
    pieces: list[Piece] = []
    bad: list[BadPiece] = []
    rest, at, turn = b"", 0, 0
    while True:
        size = chunks[turn % len(chunks)]
        rest += data[at : at + size]
        at, turn = at + size, turn + 1
        found = cutter.feed(rest, at >= len(data))
        pieces += found.pieces
        bad += found.bad
        assert 0 <= found.used <= len(rest)
        rest = rest[found.used :]
        if at >= len(data):
            break
        if anew:
            cutter = Cutter(ARRAYS, cutter.state)
    return [(p.array, p.raw) for p in pieces], [(b.reason, b.raw) for b in bad], rest


def raws(records: list[dict[str, object]]) -> list[bytes]:
    return [json.dumps(record).encode() for record in records]


RECORDS: list[dict[str, object]] = [
    {
        "id": number,
        "subject": 'a "quoted" {[ }] \\ text\n',
        "via": {"source": [1, {"id": number}]},
        "tickets": [{"id": 3}],
        "tags": [],
    }
    for number in range(6)
]
RAWS = raws(RECORDS)
PAGE = {"count": 2, "meta": {"deep": [[1, 2], {"a": "tickets"}]}, "tickets": RECORDS, "next": None}

LAYOUTS = {
    "a record a line": (b"\n".join(RAWS) + b"\n", ""),
    "no end of the last line": (b"\n".join(RAWS), ""),
    "one after another": (b"".join(RAWS), ""),
    "lines of Windows": (b"\r\n".join(RAWS) + b"\r\n", ""),
    "commas and blank lines": (b",\n\n".join(RAWS) + b",\n", ""),
    "byte order mark": (b"\xef\xbb\xbf" + b"\n".join(RAWS), ""),
    "files put together": (b"\xef\xbb\xbf".join(raw + b"\n" for raw in RAWS), ""),
    "record separators": (b"".join(b"\x1e" + raw + b"\n" for raw in RAWS), ""),
    "one array": (json.dumps(RECORDS).encode(), ""),
    "arrays in an array": (json.dumps([RECORDS[:2], RECORDS[2:]]).encode(), ""),
    "pretty-printed array": (json.dumps(RECORDS, indent=2).encode(), ""),
    "pretty-printed": (b"\n".join(json.dumps(r, indent="\t").encode() for r in RECORDS), ""),
    "a record, then an array": (RAWS[0] + b"[" + b",".join(RAWS[1:]) + b"]", ""),
    "a page": (json.dumps(PAGE).encode(), "tickets"),
    "a pretty-printed page": (json.dumps(PAGE, indent=4).encode() + b"\n", "tickets"),
    "deep in a page": (json.dumps({"resultSet": {"x": 1, "tickets": RECORDS}}).encode(), "tickets"),
    "pages in an array": (
        json.dumps(
            [
                {"uri": "/1", "body": {"tickets": RECORDS[:3], "count": 3}},
                {"uri": "/2", "body": {"tickets": []}},
                {"uri": "/3", "body": {"tickets": RECORDS[3:]}},
            ]
        ).encode(),
        "tickets",
    ),
    "pages one after another": (
        b"".join(json.dumps({"tickets": RECORDS[n : n + 2]}).encode() for n in (0, 2, 4)),
        "tickets",
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [1, 7, 64, 1 << 30])
def test_every_layout_gives_the_records(layout: str, size: int) -> None:
    data, array = LAYOUTS[layout]
    pieces, bad, rest = cut(data, (size,), anew=True)
    assert [json.loads(raw) for _array, raw in pieces] == RECORDS
    assert {name for name, _raw in pieces} == {array}
    assert not bad and not rest


def test_records_are_numbered_and_found_long_before_their_page_ends() -> None:
    cutter = Cutter(ARRAYS)
    found = cutter.feed(b'{"tickets": [' + b",".join(RAWS[:3]) + b',{"id', False)
    assert [piece.number for piece in found.pieces] == [0, 1, 2]
    assert cutter.array == "tickets"
    found = cutter.feed(b'{"id":9}], "count": 1}', True)
    assert [(piece.number, piece.raw) for piece in found.pieces] == [(3, b'{"id":9}')]


def test_a_page_with_two_arrays_and_what_stands_between() -> None:
    between = {"meta": [{"id": 7, "users": [{"id": 8}]}, {"x": {"tickets": 5}}]}
    page = {"tickets": RECORDS, **between, "users": [{"id": 3, "name": "Ada"}], "count": 2}
    data = json.dumps(page).encode()
    for size in (1, 50, 1 << 30):
        pieces, bad, rest = cut(data * 2, (size,), anew=True)
        assert [array for array, _raw in pieces] == (["tickets"] * 6 + ["users"]) * 2
        assert not bad and not rest


def test_a_record_with_an_id_is_no_page_though_it_holds_a_named_array() -> None:
    record = b'{"url": "/1", "id": 1, "tickets": [{"id": 2}], "deep": {"users": [{"id": 3}]}}'
    assert cut(record * 3) == ([("", record)] * 3, [], b"")
    tagged = b'{"name": "x", "tickets": ["a", "b"], "users": {"tickets": 4}}'
    assert cut(tagged * 2) == ([("", tagged)] * 2, [], b"")


def test_an_empty_page_has_no_records() -> None:
    assert cut(b'{"tickets": [], "count": 0}\n') == ([], [], b"")


def test_large_members_before_the_array_and_a_page_larger_than_a_record() -> None:
    before = json.dumps({"x": [{"n": n, "t": "y" * 50} for n in range(30_000)]})[:-1]
    data = f'{before}, "tickets": [{", ".join(["%s"] * 40)}]}}'.encode()
    record = b'{"id": 1, "x": "' + b"z" * 300_000 + b'"}'
    data = data.replace(b"%s", record)
    pieces, bad, rest = cut(data, (1 << 20,))
    assert pieces == [("tickets", record)] * 40
    assert not bad and not rest


def test_what_is_incomplete_at_the_end_is_kept_for_its_rest() -> None:
    data = b"\n".join(RAWS)
    for end in range(len(data) - len(RAWS[-1]) + 1, len(data)):
        pieces, bad, rest = cut(data[:end])
        assert len(pieces) == 5 and not bad
        assert rest == data[len(data) - len(RAWS[-1]) : end]


# --- damage

WHOLE = [b'{"id":%d,"name":"n","list":[{"a":1},{"a":2}]}' % n for n in range(8)]
BROKEN = {
    "a brace is missing": (WHOLE[3].replace(b"}]}", b"}]"), ""),
    "a bracket is missing": (WHOLE[3].replace(b"]", b""), "brackets"),
    "an inner brace is missing": (WHOLE[3].replace(b'{"a":1}', b'{"a":1'), ""),
    "a brace too many": (WHOLE[3] + b"}", "cannot follow"),
    "a quote is missing": (WHOLE[3].replace(b'"n"', b'"n'), "quote"),
    "a quote too many": (WHOLE[3].replace(b'"n"', b'"n""'), "quote"),
    "NUL bytes": (WHOLE[3][:20] + bytes(300), "NUL"),
    "nothing but NUL bytes": (bytes(300), "a run of 300 NUL bytes"),
    "cut in the middle": (WHOLE[3][:25], ""),
    "the end of another": (WHOLE[3][25:], ""),
    "no JSON": (b"Traceback (most recent call last):", "not a JSON object"),
    "a backslash too many": (WHOLE[3].replace(b'"n"', b'"n\\"'), ""),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("layout", ["lines", "concatenated", "array", "page"])
def test_damage_costs_its_record_and_no_other(case: str, layout: str) -> None:
    broken, reason = BROKEN[case]
    records = [*WHOLE[:3], broken, *WHOLE[4:]]
    data = {
        "lines": b"\n".join(records) + b"\n",
        "concatenated": b"".join(records),
        "array": b"[" + b",".join(records) + b"]",
        "page": b'{"tickets":[' + b",".join(records) + b'],"count":8}\n',
    }[layout]
    whole = cut(data)
    for size in (1, 30, 101):
        assert cut(data, (size,), anew=True) == whole
    pieces, bad, rest = whole
    found = [raw for _array, raw in pieces]
    # A record that the damage touches may go with it, and no other.
    assert found[:2] == WHOLE[:2]
    assert found[-3:] == WHOLE[5:]
    assert broken not in found or case == "a quote too many"
    # What stands directly behind a record makes that one doubtful.
    assert any(reason in words or "cannot follow" in words for words, _raw in bad)
    assert all(raw in data for _words, raw in bad)
    assert not rest


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("layout", ["lines", "array", "page"])
def test_damage_before_any_record_was_seen(case: str, layout: str) -> None:
    """Nobody can know yet how the next begins: it is told from the brackets."""
    broken = BROKEN[case][0].replace(b'"id":3', b'"id":0')
    records = [broken, *WHOLE[1:]]
    data = {
        "lines": b"\n".join(records) + b"\n",
        "array": b"[" + b",".join(records) + b"]",
        "page": b'{"tickets":[' + b",".join(records) + b'],"count":8}\n',
    }[layout]
    pieces, bad, rest = cut(data)
    assert [raw for _array, raw in pieces][-6:] == WHOLE[2:]
    assert cut(data, (30,), anew=True) == (pieces, bad, rest)


def test_a_file_that_begins_in_the_middle_of_a_record() -> None:
    for data in (b"\n".join(WHOLE), b"".join(WHOLE)):
        pieces, bad, rest = cut(data[20:])
        assert [raw for _array, raw in pieces] == WHOLE[1:]
        assert [words for words, _raw in bad] == ["begins in the middle of a record"]
        assert not rest
    array = b",".join(WHOLE)
    for cut_at in (5, 20, 30, 40):
        pieces, bad, _rest = cut(array[cut_at:] + b"]")
        assert [raw for _array, raw in pieces] == WHOLE[1:]
        assert len(bad) == 1
    page = b'{"tickets":[' + array + b'],"count":8}\n'
    pieces, bad, rest = cut(page[40:] + page)
    assert [raw for _array, raw in pieces] == WHOLE[1:] + WHOLE
    assert {name for name, _raw in pieces} == {"tickets"}
    assert not rest


def test_a_record_that_is_too_long_is_put_aside_and_what_follows_comes() -> None:
    long = b'{"id":99,"name":"' + b"x" * (MAX + 1000) + b'"}'
    for separator, begin, end in ((b"\n", b"", b""), (b",", b"[", b"]"), (b"", b"", b"")):
        data = begin + separator.join([*WHOLE[:2], long, *WHOLE[2:]]) + end
        pieces, bad, rest = cut(data, (1 << 20,))
        assert [raw for _array, raw in pieces] == WHOLE
        assert {words for words, _raw in bad} == {"longer than 4 MiB"}
        assert all(len(raw) <= MAX for _words, raw in bad)
        assert not rest


NASTY = [
    b"{", b'"', b"[", b"\\", b"[]", b"{}", b'{"', b'["', b'{"a":', b'{"a":[', b"[{", b"}{", b"}",
    b"\x00", b'{"id":1,', b'{"id":1\n', b'{"id":1}x', b'{"id":1}}', b'"tickets":[{"',
    b'{"tickets":[', b'{"tickets":[{"id":1}]}', b'{"x":"\\', b'"a":1},{', b"\xef\xbb", b" ",
]  # fmt: skip


@pytest.mark.parametrize("unit", NASTY)
def test_nothing_makes_it_hold_or_lose_bytes_without_measure(unit: bytes) -> None:
    data = unit * (150_000 // len(unit))
    pieces, bad, rest = cut(data, (40_000,))
    assert sum(len(raw) for _words, raw in pieces + bad) + len(rest) <= len(data)
    assert cut(data) == (pieces, bad, rest)


def test_a_first_record_without_end_is_put_aside_in_bounded_parts() -> None:
    data = b'{"id":1,"list":[' * (6 << 16)
    pieces, bad, rest = cut(data)
    assert not pieces and [len(raw) for _words, raw in bad] == [MAX]
    assert cut(data, (1 << 20,)) == (pieces, bad, rest)


def test_long_rubbish_is_put_aside_in_bounded_parts() -> None:
    cutter = Cutter(ARRAYS)
    rest, held, parts = b"", 0, 0
    for _ in range(12):
        rest += b"[[[[{{{{" * (1 << 17)
        found = cutter.feed(rest, False)
        rest = rest[found.used :]
        held = max(held, len(rest))
        parts += len(found.bad)
        assert all(len(bad.raw) <= MAX for bad in found.bad)
    assert parts >= 2
    assert held <= MAX + (2 << 20)


# --- laws

_texts = st.sampled_from(["", "x", 'a"b', "{", "}{", "[{", "\\", '\\"', ":", '"tickets":[{', "é"])
_scalars = st.none() | st.booleans() | st.integers(-9, 9) | _texts
_numbers = st.integers(0, 99)
_names = st.sampled_from(["k", "tickets", "users", "a b", 'q"', "id"])
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, list[tuple[str, object]]]:
    """One document and the records in it."""
    count = draw(st.integers(1, 6))
    records = [
        {"id": 0, "t": "x"} | draw(st.dictionaries(_names, _values)) | {"id": draw(_numbers)}
        for _ in range(count)
    ]
    indent = draw(st.sampled_from([None, None, 1]))
    layout = draw(st.integers(0, 4))
    array = ""
    if layout == 0:
        data = b"".join(json.dumps(record, indent=indent).encode() for record in records)
    elif layout == 1:
        data = json.dumps(records, indent=indent).encode()
    elif layout == 2:
        data = b"\r\n".join(json.dumps(record).encode() for record in records) + b"\r\n"
    else:
        array = "tickets"
        page: object = {"n": draw(_scalars), "tickets": records, "more": draw(_scalars)}
        page = {"body": page} if layout == 3 else [page]
        data = json.dumps(page, indent=indent).encode()
    return data, [(array, record) for record in records]


@given(st.lists(documents(), min_size=1, max_size=3), st.lists(st.integers(1, 200), min_size=1))
@settings(deadline=None, max_examples=60)
def test_any_chunks_give_every_record(
    parts: list[tuple[bytes, list[tuple[str, object]]]], chunks: list[int]
) -> None:
    data = b"".join(part[0] for part in parts)
    pieces, bad, rest = cut(data, tuple(chunks), anew=True)
    expected = [record for part in parts for record in part[1]]
    assert [(array, json.loads(raw)) for array, raw in pieces] == expected
    assert not bad and not rest


_damage = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 30),
        st.sampled_from([b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\n", b"\x00", b" x"]),
    ),
    min_size=1,
    max_size=3,
)


def broken_by(data: bytes, damage: list[tuple[int, float, int, bytes]]) -> bytes:
    for act, where, length, what in damage:
        at = int(where * len(data))
        if act == 0:
            data = data[:at] + what + data[at + len(what) :]
        elif act == 1:
            data = data[:at] + data[at + length :]
        elif act == 2:
            data = data[:at] + what * (length % 4 + 1) + data[at:]
        elif act == 3:
            data = data[:at] + bytes(length) + data[at + length :]
        else:
            data = data[:at] + data[at // 2 : at // 2 + length] + data[at:]
    return data


@given(
    st.lists(documents(), min_size=1, max_size=3),
    _damage,
    st.lists(st.integers(1, 200), min_size=1),
)
@settings(deadline=None, max_examples=80)
def test_damaged_or_not_chunks_and_speed_make_no_difference(
    parts: list[tuple[bytes, list[tuple[str, object]]]],
    damage: list[tuple[int, float, int, bytes]],
    chunks: list[int],
) -> None:
    """Also that many at once and one after another give the same."""
    data = broken_by(b"".join(part[0] for part in parts), damage)
    with patch.object(json_pieces, "_NARROW", 1 << 30):
        slow = cut(data)
    pieces, bad, rest = slow
    assert sum(len(raw) for _words, raw in pieces + bad) + len(rest) <= len(data)
    for narrow, wide in ((0, 200), (64, 1 << 18), (1 << 30, 1 << 18)):
        with patch.object(json_pieces, "_NARROW", narrow), patch.object(json_pieces, "_WIDE", wide):
            assert cut(data, tuple(chunks), anew=True) == slow
            assert cut(data) == slow


@given(
    st.integers(1, 11),
    _damage.map(lambda damage: damage[0]).filter(lambda damage: damage[0] < 4),
    st.sampled_from(["lines", "concatenated", "array", "page", "pretty"]),
)
@settings(deadline=None, max_examples=200)
def test_damage_in_one_record_never_loses_one_that_is_a_record_away(
    which: int, damage: tuple[int, float, int, bytes], layout: str
) -> None:
    records = [
        {"id": number, "name": f"n{number}", "list": [{"a": "{"}, [1, {"b": "x, y"}]], "z": None}
        for number in range(12)
    ]
    texts = [json.dumps(record, indent=1 if layout == "pretty" else None) for record in records]
    written = [text.encode() for text in texts]
    broken = broken_by(written[which], [damage])
    if layout == "concatenated":
        # Without any separator a line end inside is the only sign of where one begins.
        broken = broken.replace(b"\n", b" ")
    all_of = [*written[:which], broken, *written[which + 1 :]]
    data = {
        "lines": b"\n".join(all_of) + b"\n",
        "concatenated": b"".join(all_of),
        "array": b"[" + b",".join(all_of) + b"]",
        "page": b'{"n": 1, "tickets": [' + b", ".join(all_of) + b'], "count": 12}\n',
        "pretty": b"[\n " + b",\n ".join(all_of) + b"\n]\n",
    }[layout]
    pieces, _bad, rest = cut(data)
    found = [raw for _array, raw in pieces]
    for number, raw in enumerate(written):
        if abs(number - which) > 1:
            # One that ends nowhere, all its brackets being in order, is kept for its rest.
            assert raw in found or raw in rest


# --- looking only


def test_the_first_records_also_the_one_that_is_cut_off() -> None:
    data = LAYOUTS["a page"][0]
    found = first(data[:400], ARRAYS)
    assert [piece.array for piece in found] == ["tickets"] * len(found)
    assert found[0].raw == RAWS[0]
    assert data[:400].endswith(found[-1].raw) and len(found) > 1
    assert len(first(b"\n".join(RAWS), ARRAYS, most=3)) == 3
    assert first(b'{"id": 1, "a', ARRAYS) == [Piece(0, "", b'{"id": 1, "a')]
    assert first('{"id": 1}'.encode("utf-16"), ARRAYS) == []


@given(st.binary(max_size=300) | st.text(alphabet='{}[]",:\\\n a1', max_size=200).map(str.encode))
@settings(deadline=None)
def test_looking_never_raises(head: bytes) -> None:
    for piece in first(head, ARRAYS):
        assert piece.raw.startswith(b"{")
    assert isinstance(members(head), frozenset)
    cut(head, (3,), anew=True)


def test_the_names_of_the_outermost_members() -> None:
    assert members(RAWS[0]) == {"id", "subject", "via", "tickets", "tags"}
    assert members(b' {"a": {"b": 1}, "c": ["d", {"e": 2}], "f": "g", "h": "i') == set("acfh")
    assert members(b"[1, 2]") == members(b"") == set()
