"""Damaged files and wrong ones: what is good in them is taken, the rest put aside and said."""

import bz2
import gzip
import os
import socket
from pathlib import Path
from random import Random

import pytest

from console.sync import ahead, content, files
from tests.console.sync.logs import START, Pbx, desk, kept, normal_form, text

LINES = Pbx(Random(7)).run(60)


def counted(result: object) -> tuple[int, int, int, int]:
    return tuple(getattr(result, n) for n in ("lines", "accepted", "known", "quarantined"))  # type: ignore[return-value]


def whole(lines: list[str]) -> dict[str, object]:
    with desk() as one:
        one.write("queue_log", text(lines))
        one.sync()
        return normal_form(one.store)


def test_every_line_is_accounted_for_and_blank_ones_are_the_rest() -> None:
    content_ = text(LINES[:5]) + b"\n\r\n   \nnonsense\n" + text(LINES[5:])
    with desk() as one:
        one.write("queue_log", content_)
        [result] = one.sync()
        assert counted(result) == (len(LINES) + 4, len(LINES), 0, 1)
        [result] = one.sync()
        assert counted(result) == (len(LINES) + 4, 0, len(LINES) + 4, 0)
        one.write("copy", content_)
        results = one.sync(one.inbox / "copy")
        assert counted(results[0]) == (len(LINES) + 4, 0, len(LINES), 1)


def test_a_run_of_nul_bytes_in_front_of_a_row_costs_no_row() -> None:
    nul = b"\x00" * 700
    content_ = text(LINES[:4]) + nul + text(LINES[4:9]) + nul + b"\n" + text(LINES[9:])
    with desk() as one:
        one.write("queue_log", content_)
        [result] = one.sync()
        assert counted(result) == (len(LINES) + 1, len(LINES), 0, 1)
        assert normal_form(one.store) == whole(LINES)
        found = kept(one.store)
        assert [(number, reason) for _f, number, reason, _raw in found] == [
            (5, "a run of 700 NUL bytes; the row behind it was kept"),
            (10, "a run of 700 NUL bytes"),
        ]
        assert files.retry_quarantine(one.store, str) == 0
        assert normal_form(one.store) == whole(LINES)


def test_a_file_of_nul_bytes_and_then_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "ENDLESS", 1 << 16)
    monkeypatch.setattr(files, "CHUNK", 1 << 15)
    with desk() as one:
        one.write("queue_log", b"\x00" * 300_000 + text(LINES))
        [result] = one.sync()
        assert not result.problem
        assert normal_form(one.store) == whole(LINES)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_line_ends_of_another_system(end: bytes) -> None:
    with desk() as one:
        one.write("queue_log", end.join(line.encode() for line in LINES) + end)
        [result] = one.sync()
        assert counted(result) == (len(LINES), len(LINES), 0, 0)
        assert normal_form(one.store) == whole(LINES)


def test_bytes_that_are_no_utf_8_are_read_as_latin_1() -> None:
    with desk() as one:
        one.write("queue_log", "".join(f"{line}\n" for line in LINES).encode("latin-1"))
        [result] = one.sync()
        assert counted(result) == (len(LINES), len(LINES), 0, 0)
        assert normal_form(one.store) == whole(LINES)


def test_what_is_put_aside_is_named_with_its_place_its_reason_and_its_bytes() -> None:
    bad = [
        (b"not a row at all", "does not begin with a time stamp"),
        (b"1700000000|1.1|q", "cut: 3 of at least 5 fields"),
        (b"170000000|1.1|q|NONE|ENTERQUEUE||1|1", "not of this age"),
        (b"1700000000|1.1|q|NONE|?!|x", "no event name"),
        (b"1700000000|1.1|q|NONE|DID|a\x00b", "NUL bytes inside"),
        (b"1700000000|1.1|q|NONE|DID|" + b"9" * 20_000, "longer than"),
        ("1700000000|1.1|Büro".encode("latin-1"), "cut: 3 of at least 5 fields"),
    ]
    content_ = text(LINES[:2]) + b"".join(b"%s\n" % raw for raw, _reason in bad) + text(LINES[2:])
    with desk() as one:
        one.write("queue_log", content_)
        [result] = one.sync()
        assert counted(result) == (len(LINES) + len(bad), len(LINES), 0, len(bad))
        for (name, number, reason, raw), (given, words) in zip(kept(one.store), bad, strict=True):
            assert name == "queue_log"
            assert raw == given[:4096]
            assert words in reason
            assert content_.split(b"\n")[number - 1] == given
        assert normal_form(one.store) == whole(LINES)


def test_a_line_of_ten_megabytes_does_not_fill_the_memory() -> None:
    with desk() as one:
        one.write("queue_log", text(LINES) + b"x" * 10_000_000)
        [result] = one.sync()
        assert result.accepted == len(LINES)
        assert result.lines == result.accepted + result.quarantined
        assert all(len(raw) <= 4096 for _f, _n, _reason, raw in kept(one.store))
        assert one.database.stat().st_size < 4_000_000
        with (one.inbox / "queue_log").open("ab") as log:
            log.write(b"\n" + text(["1700090000|9.9|sales|NONE|ENTERQUEUE||1|1"]))
        [result] = one.sync()
        assert result.accepted == 1


def test_a_cut_first_line_that_reads_like_a_row_is_no_row() -> None:
    transfer = "1700000050|1700000012.7|sales|Ada|ATTENDEDTRANSFER|BRIDGE|b1|3|10|1"
    for cut in (1, 11):
        with desk() as one:
            one.write("queue_log", (transfer[cut:] + "\n").encode() + text(LINES))
            [result] = one.sync()
            assert (result.accepted, result.quarantined) == (len(LINES), 1)
            assert normal_form(one.store) == whole(LINES)


def test_unknown_events_are_kept_and_counted_and_mean_nothing() -> None:
    line = "1700000000|1.1|sales|NONE|CALLSTATUS|+4917755501234|x|7"
    with desk() as one:
        one.write("queue_log", text([line, *LINES]))
        [result] = one.sync()
        assert counted(result) == (len(LINES) + 1, len(LINES) + 1, 0, 0)
        found = normal_form(one.store)
        assert ("CALLSTATUS", 1, False) in found["tallies"]
        [evidence] = [c[5] for c in found["contacts"] if c[0] == "1.1"]
        assert "CALLSTATUS" in evidence and "177555" not in evidence
        assert not [leg for leg in found["legs"] if leg[0] == "1.1"]


@pytest.mark.parametrize("seed", range(25))
def test_no_mutation_stops_the_reading(seed: int) -> None:
    chance = Random(seed)
    broken = bytearray(text(Pbx(Random(seed)).run(50)))
    for _ in range(chance.randrange(1, 40)):
        place = chance.randrange(len(broken))
        act = chance.randrange(5)
        if act == 0:
            broken[place] = chance.randrange(256)
        elif act == 1:
            del broken[place : place + chance.randrange(1, 60)]
        elif act == 2:
            broken[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(30)))
        elif act == 3:
            broken[place:place] = broken[place : place + chance.randrange(200)]
        else:
            broken[place:place] = chance.choice((b"\n", b"|", b"\x00" * 50, b"\r\n", b"\xff\xfe"))
    raw = bytes(broken)
    cut = chance.randrange(len(raw))
    with desk() as one:
        path = one.write("queue_log", b"1700000000|NONE|NONE|NONE|QUEUESTART|\n" * 80 + raw[:cut])
        [first] = one.sync()
        with path.open("ab") as log:
            log.write(raw[cut:])
        [second] = one.sync()
        for result in (first, second):
            blank = result.lines - result.accepted - result.known - result.quarantined
            assert 0 <= blank
        pieces = path.read_bytes().split(b"\n")
        lines = len(pieces) - (pieces[-1] == b"")
        assert second.lines == lines
        for _name, number, reason, bad in kept(one.store):
            assert reason
            assert pieces[number - 1].startswith(bad[: len(pieces[number - 1])])
        again = one.sync()
        assert sum(result.accepted for result in again) == 0


def test_files_that_are_no_export_are_left_alone_and_named(tmp_path: Path) -> None:
    with desk() as one:
        one.write("queue_log", text(LINES))
        one.write("empty", b"")
        one.write("photo.jpg", bytes(range(256)) * 400)
        one.write("full", b"2023-11-14 22:13:20 VERBOSE[12] app_queue.c: nothing to see\n" * 50)
        one.write("half.gz", gzip.compress(text(LINES) * 40)[:200])
        one.write("broken.gz", b"\x1f\x8b" + b"nothing packed here" * 9)
        one.write(".hidden", text(LINES))
        (one.inbox / "folder").mkdir()
        os.mkfifo(one.inbox / "pipe")
        (one.inbox / "nowhere").symlink_to(one.inbox / "not there")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(one.inbox / "socket"))
            results = {Path(result.path).name: result for result in one.sync()}
            assert one.sync(one.inbox / "pipe")[0].problem
        assert set(results) == {
            "queue_log", "empty", "photo.jpg", "full", "half.gz", "broken.gz", "pipe", "socket",
            "nowhere",
        }  # fmt: skip
        assert not results["queue_log"].problem and not results["empty"].problem
        assert results["photo.jpg"].problem == "not a known export: left alone"
        assert results["full"].problem == "not a known export: left alone"
        assert results["pipe"].problem == "not a file: left alone"
        assert results["socket"].problem == "not a file: left alone"
        assert "No such file" in results["nowhere"].problem
        assert "broken.gz is damaged" in results["broken.gz"].problem
        assert normal_form(one.store) == whole(LINES)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_what_comes_before_the_damage_in_a_packed_file_is_taken(pack: object) -> None:
    chance = Random(3)
    lines = [f"{START + n}|{n}.{chance.random()}|q|NONE|ENTERQUEUE||1|1" for n in range(30_000)]
    packed = bytearray(pack(text(lines)))  # type: ignore[operator]
    middle = len(packed) * 4 // 5
    packed[middle : middle + 40] = b"\x00" * 40
    with desk() as one:
        one.write("queue_log.gz", bytes(packed))
        [result] = one.sync()
        assert "damaged" in result.problem
        assert 1000 < result.accepted < len(lines)
        one.write("queue_log.gz", pack(text(lines)))  # type: ignore[operator]
        [result] = one.sync()
        assert not result.problem
        assert result.lines == len(lines)


def test_a_packed_file_still_being_copied_is_read_as_far_as_it_goes() -> None:
    packed = gzip.compress(text(LINES), mtime=0)
    with desk() as one:
        one.write("queue_log.gz", packed[: len(packed) * 3 // 4])
        [first] = one.sync()
        one.write("queue_log.gz", packed)
        [result] = one.sync()
        assert not result.problem
        assert normal_form(one.store) == whole(LINES)
        assert first.accepted <= result.lines == len(LINES)


def test_a_file_that_unpacks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_SMALL", 1 << 20)
    monkeypatch.setattr(content, "_SWELL", 50)
    line = b"1700000000|NONE|NONE|NONE|CONFIGRELOAD|\n"
    with desk() as one:
        one.write("bomb.gz", gzip.compress(line + b"\x00" * 30_000_000))
        one.write("zeros.gz", gzip.compress(b"\x00" * 30_000_000))
        bomb, zeros = sorted(one.sync(), key=lambda result: result.path)
        assert "unpacks to more than" in bomb.problem
        assert "unpacks to more than" in zeros.problem or "left alone" in zeros.problem


def test_a_file_that_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = files.open_content

    def refuse(path: Path, member: str | None = None) -> content.Content:
        if path.name == "secret":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    monkeypatch.setattr(files, "open_content", refuse)
    with desk() as one:
        one.write("secret", text(LINES))
        one.write("queue_log", text(LINES))
        results = {Path(result.path).name: result for result in one.sync()}
        assert "Permission denied" in results["secret"].problem
        assert results["queue_log"].accepted == len(LINES)


def test_a_cut_end_leaves_quarantine_when_its_rest_comes_under_another_name() -> None:
    content_ = text(LINES)
    cut = content_.index(b"|", len(content_) // 2) + 1
    while content_[:cut].split(b"\n")[-1].count(b"|") != 2:
        cut = content_.index(b"|", cut) + 1
    with desk() as one:
        path = one.write("queue_log", content_[:cut])
        one.sync()
        [(_name, number, reason, raw)] = kept(one.store)
        assert number == content_[:cut].count(b"\n") + 1
        assert reason.startswith("cut: the file ends in the middle")
        assert raw == content_[:cut].split(b"\n")[-1]
        assert files.retry_quarantine(one.store, str) == 0
        [again] = one.sync()
        assert again.accepted == 0 and again.quarantined == 1
        path.rename(one.inbox / "queue_log.0")
        with (one.inbox / "queue_log.0").open("ab") as log:
            log.write(content_[cut:])
        one.sync()
        assert not kept(one.store)
        assert normal_form(one.store) == whole(LINES)
