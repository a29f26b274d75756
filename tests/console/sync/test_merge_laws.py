"""The database is a fold of the exports: no order, cut, copy or repetition of files matters."""

import bz2
import gzip
import lzma
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from console.sync import files
from tests.console.sync.logs import Desk, desk, difference, logs, normal_form, second, text

#: More than the default: another search each time, instead of the same one.
EXAMPLES = int(os.environ.get("COALFACE_EXAMPLES", "0"))


def law(examples: int) -> settings:
    return settings(
        max_examples=EXAMPLES or examples,
        deadline=None,
        derandomize=not EXAMPLES,
        database=None,
        # A log is no smaller a puzzle for being a little shorter, and making it so takes minutes.
        phases=[Phase.generate],
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )


def whole(lines: list[str]) -> dict[str, Any]:
    with desk() as one:
        one.write("queue_log", text(lines))
        one.sync()
        return normal_form(one.store)


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not difference(one, other), difference(one, other)


def seconds(lines: list[str]) -> int:
    """How many seconds lie between the first and the last stamp. Pieces of one and the same second
    have no order, and one cannot be told from a copy of a part of the other."""
    found = [second(line) for line in lines]
    return max(found) - min(found) if found else 0


@st.composite
def pieces(
    draw: st.DrawFn, lines: list[str], most: int = 4, least_seconds: int = 1
) -> list[list[str]]:
    """A log cut between lines."""
    places = sorted(draw(st.sets(st.integers(1, len(lines) - 1), min_size=1, max_size=most)))
    found: list[list[str]] = []
    begin = 0
    for place in places:
        if min(seconds(lines[begin:place]), seconds(lines[place:])) >= least_seconds:
            found.append(lines[begin:place])
            begin = place
    return [*found, lines[begin:]]


@st.composite
def byte_pieces(draw: st.DrawFn, content: bytes, most: int = 4) -> list[bytes]:
    """A log cut anywhere, each piece with whole lines of two seconds."""
    places = sorted(draw(st.sets(st.integers(1, len(content) - 1), min_size=1, max_size=most)))
    found: list[bytes] = []
    begin = 0
    for place in places:
        if whole_seconds(content[begin:place], begin > 0) and whole_seconds(content[place:], True):
            found.append(content[begin:place])
            begin = place
    return [*found, content[begin:]]


def whole_seconds(piece: bytes, cut: bool) -> bool:
    lines = piece.decode("latin-1").split("\n")[1 if cut else 0 : -1]
    return seconds([line for line in lines if line]) > 0


def windows(draw: st.DrawFn, lines: list[str]) -> list[list[str]]:
    """Runs of lines that cover the log, each beginning well before another one ends."""
    found: list[list[str]] = []
    covered = 0
    while covered < len(lines):
        end = draw(st.integers(min(covered + 1, len(lines)), len(lines)))
        begin = covered
        if covered:
            # More than a second of overlap: two seconds that both windows show.
            while begin and (
                len({second(line) for line in lines[begin:covered]}) < 3
                or lines[begin] == lines[begin - 1]
            ):
                begin -= 1
            begin = draw(st.integers(0, begin)) if begin else 0
        if not seconds(lines[begin:end]):
            end = len(lines)
        found.append(lines[begin:end])
        covered = end
    return found


@law(6)
@given(st.data(), logs())
def test_pieces_in_any_order(data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(pieces(lines))
    with desk() as one:
        for number in data.draw(st.permutations(range(len(cut)))):
            one.write(f"queue_log.{number}", text(cut[number]))
            one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(6)
@given(st.data(), logs())
def test_pieces_cut_inside_lines_in_any_order(data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(byte_pieces(text(lines)))
    with desk() as one:
        for number in data.draw(st.permutations(range(len(cut)))):
            one.write(f"queue_log.{number}", cut[number])
            one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(4)
@given(st.data(), logs(steps_back=True))
def test_a_clock_set_back_by_a_second(data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(pieces(lines, least_seconds=5))
    with desk() as one:
        for number in data.draw(st.permutations(range(len(cut)))):
            one.write(f"queue_log.{number}", text(cut[number]))
            one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(4)
@given(st.data(), logs())
def test_all_pieces_at_once_and_again(data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(pieces(lines))
    with desk() as one:
        for number in range(len(cut)):
            one.write(f"queue_log.{number}", text(cut[number]))
        one.sync()
        first = normal_form(one.store)
        assert_same(whole(lines), first)
        again = one.sync()
        assert sum(result.accepted for result in again) == 0
        assert_same(first, normal_form(one.store))
        shutil.copytree(one.inbox, one.place / "copies")
        copies = one.sync(one.place / "copies")
        assert sum(result.accepted for result in copies) == 0
        assert_same(first, normal_form(one.store))


@law(6)
@given(st.data(), logs(steps_back=True))
def test_a_growing_file(data: st.DataObject, lines: list[str]) -> None:
    content = text(lines)
    places = data.draw(st.sets(st.integers(1, len(content)), min_size=1, max_size=6))
    with desk() as one:
        path = one.inbox / "queue_log"
        begin = 0
        for place in [*sorted(places), len(content)]:
            with path.open("ab") as log:
                log.write(content[begin:place])
            begin = place
            one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(6)
@given(st.data(), logs())
def test_the_current_log_sent_again_and_again(data: st.DataObject, lines: list[str]) -> None:
    """Copies of a log as it grew, cut anywhere, in any order, under the same or other names."""
    content = text(lines)
    places = data.draw(st.lists(st.integers(1, len(content)), min_size=1, max_size=5))
    same_name = data.draw(st.booleans())
    with desk() as one:
        for number, place in enumerate([*places, len(content)]):
            path = one.write("new", content[:place])
            path.rename(one.inbox / ("queue_log" if same_name else f"queue_log-{number}"))
            one.sync()
        assert_same(whole(lines), normal_form(one.store))
        one.write("queue_log", content[: places[0]])
        one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(6)
@given(st.data(), logs())
def test_overlapping_windows_in_any_order(data: st.DataObject, lines: list[str]) -> None:
    shown = data.draw(st.composite(windows)(lines))
    with desk() as one:
        for number in data.draw(st.permutations(range(len(shown)))):
            one.write(f"part-{number}", text(shown[number]))
            one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(4)
@given(st.data(), logs())
def test_half_a_copy_first_then_the_whole(data: st.DataObject, lines: list[str]) -> None:
    content = text(lines)
    place = data.draw(st.integers(1, len(content) - 1))
    with desk() as one:
        one.write("half", content[:place])
        one.sync()
        one.write("whole", content)
        one.sync()
        assert_same(whole(lines), normal_form(one.store))
    with desk() as one:
        one.write("whole", content)
        one.sync()
        one.write("half", content[:place])
        one.sync()
        assert_same(whole(lines), normal_form(one.store))


def rotate_sequential(one: Desk, number: int) -> None:
    (one.inbox / "queue_log").rename(one.inbox / f"queue_log.{number}")


def rotate_shifting(one: Desk, number: int) -> None:
    for old in range(number, 0, -1):
        (one.inbox / f"queue_log.{old - 1}").rename(one.inbox / f"queue_log.{old}")
    (one.inbox / "queue_log").rename(one.inbox / "queue_log.0")


def rotate_to_stamp(one: Desk, number: int) -> None:
    (one.inbox / "queue_log").rename(one.inbox / f"queue_log.{1_700_000_000 + number}")


def rotate_to_packed(one: Desk, number: int) -> None:
    """As logrotate does with delaycompress: the one before is packed now."""
    plain = one.inbox / f"queue_log-202311{number:02}"
    before = one.inbox / f"queue_log-202311{number - 1:02}"
    (one.inbox / "queue_log").rename(plain)
    if before.exists():
        before.with_name(before.name + ".gz").write_bytes(gzip.compress(before.read_bytes()))
        before.unlink()


def rotate_by_copy(one: Desk, number: int) -> None:
    shutil.copyfile(one.inbox / "queue_log", one.inbox / f"queue_log.{number}")
    os.truncate(one.inbox / "queue_log", 0)


SCHEMES = [rotate_sequential, rotate_shifting, rotate_to_stamp, rotate_to_packed, rotate_by_copy]


@pytest.mark.parametrize("rotate", SCHEMES)
@law(3)
@given(data=st.data(), lines=logs())
def test_rotated_while_being_read(rotate: Any, data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(pieces(lines, 3))
    with desk() as one:
        for number, piece in enumerate(cut):
            if number:
                rotate(one, number - 1)
                if data.draw(st.booleans()):
                    one.sync()
            content = text(piece)
            seen = data.draw(st.integers(0, len(content)))
            with (one.inbox / "queue_log").open("ab") as log:
                log.write(content[:seen])
                log.flush()
                if data.draw(st.booleans()):
                    one.sync()
                log.write(content[seen:])
            if data.draw(st.booleans()):
                one.sync()
        one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(2)
@given(st.data(), logs())
def test_in_one_folder_or_in_several(data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(pieces(lines))
    with desk() as one:
        for number in data.draw(st.permutations(range(len(cut)))):
            path = one.write(f"day{number}/queue_log", text(cut[number]))
            one.sync(path, source="pbx")
        assert_same(whole(lines), normal_form(one.store))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@law(2)
@given(data=st.data(), lines=logs())
def test_packed(pack: Any, data: st.DataObject, lines: list[str]) -> None:
    cut = data.draw(pieces(lines, 2))
    with desk() as one:
        for number in data.draw(st.permutations(range(len(cut)))):
            one.write(f"queue_log.{number}.packed", pack(text(cut[number])))
            one.sync()
        assert_same(whole(lines), normal_form(one.store))
        one.write("queue_log", text(lines))
        one.sync()
        assert_same(whole(lines), normal_form(one.store))


@law(4)
@given(data=st.data(), lines=logs(steps_back=True))
def test_read_in_chunks_of_any_size(data: st.DataObject, lines: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch, desk() as one:
        patch.setattr(files, "CHUNK", data.draw(st.integers(40, 2000)))
        one.write("queue_log", text(lines))
        one.sync()
        found = normal_form(one.store)
    assert_same(whole(lines), found)


@law(4)
@given(lines=logs())
def test_a_last_line_without_its_end_counts_if_it_is_complete(lines: list[str]) -> None:
    lines = lines[:-1]
    while lines[-1].split("|")[4] in ("CALLBACKREQUEST", "DID"):
        lines.pop()
    with desk() as one:
        one.write("queue_log", text(lines)[:-1])
        one.sync()
        assert_same(whole(lines), normal_form(one.store))


def test_a_cut_number_is_replaced_by_the_whole_one(tmp_path: Path) -> None:
    lines = [
        "1700000000|1.1|q|NONE|ENTERQUEUE||01775550123|1",
        "1700000003|1.1|q|Ada|CONNECT|3|2.1|2",
        "1700000248|1.1|q|Ada|COMPLETEAGENT|3|245|1",
    ]
    with desk() as one:
        one.write("half", text(lines)[: -len("5|1\n")])
        one.sync()
        assert [leg[11] for leg in normal_form(one.store)["legs"]] == [24_000_000]
        one.write("queue_log", text(lines))
        one.sync()
        assert [leg[11] for leg in normal_form(one.store)["legs"]] == [245_000_000]
        assert_same(whole(lines), normal_form(one.store))


@law(3)
@given(st.data())
def test_a_restart_that_becomes_known_last(data: st.DataObject) -> None:
    """Between a login and a logoff, a caller and an end, in the second of either or amid them."""
    at = data.draw(st.sampled_from([1_700_000_000, 1_700_000_005, 1_700_000_010]))
    begun = [
        "1700000000|MANAGER|sales|SIP/1|ADDMEMBER|",
        "1700000000|NONE|sales|Ada|PAUSE|Lunch",
        "1700000000|NONE|NONE|Agent/7|AGENTLOGIN|SIP/7-1",
        "1700000000|1.1|sales|NONE|ENTERQUEUE||1|1",
    ]
    ended = [
        "1700000010|MANAGER|sales|SIP/1|REMOVEMEMBER|",
        "1700000010|NONE|sales|Ada|UNPAUSE|",
        "1700000010|NONE|NONE|Agent/7|AGENTLOGOFF|SIP/7-1|10",
        "1700000010|1.1|sales|NONE|ABANDON|1|1|10",
    ]
    restart = [f"{at}|NONE|NONE|NONE|QUEUESTART|", f"{at}|NONE|NONE|NONE|CONFIGRELOAD|"]
    front = ["1699999990|NONE|NONE|NONE|CONFIGRELOAD|"]
    back = ["1700000020|NONE|NONE|NONE|CONFIGRELOAD|"]
    whole_log = [*front, *begun, *restart, *ended, *back]
    with desk() as one:
        for piece in data.draw(st.permutations([[*front, *begun], restart, [*ended, *back]])):
            one.write(f"queue_log.{piece[-1][:12]}.{len(piece)}", text(piece))
            one.sync()
        assert_same(whole(whole_log), normal_form(one.store))


def test_two_who_log_in_within_one_second_are_told_apart() -> None:
    """Each interface belongs to the name whose rows come next, not to the first of the second."""
    lines = ["1700000000|NONE|sales|Cy|UNPAUSE|"]
    for interface, name in (("SIP/1", "Bo"), ("SIP/2", "Ada")):
        lines += [
            f"1700000000|MANAGER|sales|{interface}|ADDMEMBER|",
            f"1700000000|NONE|NONE|{name}|UNPAUSEALL|",
            f"1700000000|NONE|sales|{name}|UNPAUSE|",
        ]
    lines.append("1700000060|NONE|NONE|NONE|CONFIGRELOAD|")
    found = whole(lines)
    assert [interval[:3] for interval in found["intervals"]] == [
        ("Ada", "SIP/2", "member"),
        ("Bo", "SIP/1", "member"),
    ]
    assert found["agents"] == ["Ada", "Bo"]
    for cut in range(1, len(lines)):
        with desk() as one:
            for piece in (lines[cut:], lines[:cut]):
                one.write(str(len(piece)), text(piece))
                one.sync()
            assert_same(found, normal_form(one.store))
