"""A rehearsal from the command line, and the console beside it, apart from all real queues."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.domain.times import HOUR, SECOND, now_us
from console.shell.door import DONE, FAILED, WRONG, run
from console.twin.places import ABOUT, DATA, MARK, data_of
from console.twin.rehearsal import Rehearsal
from tests.console.twin.small_centres import everything


def no_window(options: Any) -> int:
    raise AssertionError("a window was opened")


def test_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rehearse", "--json"], no_window) == DONE
    found = json.loads(capsys.readouterr().out)["scenarios"]
    assert "monday" in [each["scenario"] for each in found]
    assert all(each["story"] and each["goals"] for each in found)


def test_it_is_played_and_read_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    into = tmp_path / "centre"
    words = ["rehearse", "monday", "--into", str(into), "--hours", "9", "--seed", "7", "--json"]
    assert run(words, no_window) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["scenario"], answer["seed"], answer["to"]) == (
        "monday", 7, "2026-03-02T08:00:00Z",
    )  # fmt: skip
    support = next(row for row in answer["queues"] if row["queue"] == "support")
    assert support["received"] > 50
    assert [goal["reached"] for goal in answer["goals"]] != []
    assert json.loads((into / MARK / ABOUT).read_text("utf-8"))["seed"] == 7
    # Without --data, what is read of it lies in the rehearsal's own folder.
    assert run(["sync", str(into), "--json"], no_window) == DONE
    capsys.readouterr()
    assert (into / DATA / "coalface.db").is_file()
    asked = ["kpis", "--data", str(into / DATA), "--from", "2026-03-01", "--to", "2026-03-04"]
    assert run([*asked, "--json"], no_window) == DONE
    rows = json.loads(capsys.readouterr().out)["rows"]
    known = next(row for row in rows if row["queue"] == "support")
    assert (known["received"], known["answered"]) == (support["received"], support["answered"])


def test_a_window_on_it_has_a_data_folder_of_its_own(tmp_path: Path) -> None:
    into = tmp_path / "centre"
    Rehearsal(everything(), into).begin()
    opened: list[Path] = []

    def window(options: Any) -> int:
        opened.append(options.data)
        return DONE

    assert run(["--watch", str(into)], window) == DONE
    assert run(["--watch", str(tmp_path), "--data", str(tmp_path / "mine")], window) == DONE
    assert opened == [into / DATA, tmp_path / "mine"]


def test_it_never_stands_beside_real_queues(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into, real = tmp_path / "centre", tmp_path / "real"
    real.mkdir()
    Rehearsal(everything(), into).begin()
    for words in (
        ["--watch", str(into), str(real)],
        ["sync", str(into / "pbx"), str(real)],
        ["sync", str(into), "--database", f"sqlite:///{tmp_path}/shared.db"],
    ):
        with pytest.raises(SystemExit) as caught:
            run(words, no_window)
        assert caught.value.code == WRONG
        assert "a rehearsal is " in capsys.readouterr().err
    assert run(["sync", str(into / "roster")], no_window) == DONE
    assert (into / DATA / "coalface.db").is_file()


def test_what_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    assert run(["rehearse", "monday", "--into", str(tmp_path)], no_window) == FAILED
    assert "is not empty" in capsys.readouterr().err
    assert run(["rehearse", "nix", "--into", str(tmp_path / "new")], no_window) == FAILED
    assert "There is no scenario 'nix'" in capsys.readouterr().err
    assert run(["rehearse", "monday"], no_window) == WRONG
    assert "--into DIR is missing" in capsys.readouterr().err
    for words in (["--speed", "601"], ["--dirt", "mud"], ["--seed", "x"]):
        with pytest.raises(SystemExit) as caught:
            run(["rehearse", "monday", "--into", str(tmp_path / "new"), *words], no_window)
        assert caught.value.code == WRONG


def test_live_it_writes_as_time_goes_on_and_stops_when_told(tmp_path: Path) -> None:
    into = tmp_path / "centre"
    play = Rehearsal(everything(), into, start=1_800_000_000_000_000)
    log, stop = into / "pbx" / "queue_log", threading.Event()
    sizes: list[int] = []

    def seen_enough() -> bool:
        if log.exists():
            size = log.stat().st_size
            if not sizes or size > sizes[-1]:
                sizes.append(size)
        return len(sizes) >= 3 or stop.is_set()

    play.run_live(600, seen_enough)
    assert len(sizes) >= 3
    first = int(log.read_text("utf-8").partition("|")[0])
    assert first == 1_800_000_000
    last = json.loads((into / MARK / "truth.jsonl").read_text("utf-8").splitlines()[-1])
    assert last["kind"] == "totals"


def test_the_answer_is_documented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/cli.md").read_text("utf-8")
    page = page[page.index("## rehearse") :].partition("\n## ")[0]
    into = str(tmp_path / "centre")
    assert run(["rehearse", "monday", "--into", into, "--hours", "1", "--json"], no_window) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert run(["rehearse", "--json"], no_window) == DONE
    scenarios = json.loads(capsys.readouterr().out)
    rows = [answer, answer["queues"][0], answer["goals"][0], scenarios["scenarios"][0]]
    for row in rows:
        for name in row:
            assert f"`{name}`" in page, name


def test_a_console_that_follows_one_that_was_played_stands_at_its_end(tmp_path: Path) -> None:
    played = tmp_path / "played"
    play = Rehearsal(everything(), played, hours=0.5)
    play.run()
    console = Console(data_of(played))
    try:
        console.watch([played], lambda: None, lambda error: None)
        assert console.now() == now_us() == play.end
    finally:
        console.close()
    assert now_us() > play.end


def test_live_what_lies_before_the_present_has_happened(tmp_path: Path) -> None:
    start = (now_us() - HOUR) // SECOND * SECOND
    play = Rehearsal(everything(), tmp_path / "centre", start=start)
    play.run_live(1, lambda: play.world.now >= start + HOUR)
    lines = (tmp_path / "centre" / "pbx" / "queue_log").read_text("utf-8").splitlines()
    stamps = [int(line.partition("|")[0]) for line in lines]
    assert stamps[0] == start // SECOND
    assert stamps == sorted(stamps)
    assert (start + HOUR) // SECOND - 120 < stamps[-1] < now_us() // SECOND + 1


def test_a_wrong_zone_moves_the_shifts_and_nothing_else(tmp_path: Path) -> None:
    texts: list[dict[str, str]] = []
    for name, dirt in (("clean", ()), ("dirty", ("zone",))):
        folder = tmp_path / name
        Rehearsal(everything(), folder, hours=0.5, dirt=dirt).run()
        texts.append(
            {
                str(path.relative_to(folder)): path.read_text("utf-8")
                for path in folder.rglob("*")
                if path.is_file()
            }
        )
    clean, dirty = texts
    assert clean.keys() == dirty.keys()
    assert [name for name in clean if clean[name] != dirty[name]] == ["roster/shifts.csv"]
    assert dirty["roster/shifts.csv"] == clean["roster/shifts.csv"].replace(
        "Europe/Berlin", "America/New_York"
    )


def test_one_is_led_from_a_window_in_a_folder_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[Any] = []

    def window(options: Any) -> int:
        opened.append(options)
        return DONE

    home = tmp_path / "home"
    for words in (["--rehearse"], ["--rehearse", "outage", "--speed", "900", "--seed", "7"]):
        assert run(["--data", str(home), *words], window) == DONE
    first, second = opened
    assert first.folder.parent == home / "rehearsals"
    assert first.folder.name.endswith("-billing-meltdown") and first.folder.is_dir()
    assert first.data == first.folder / DATA and first.home == home
    assert (first.speed, first.course, first.title) == (30, None, "Billing error")
    assert (second.speed, second.course, second.spoil) == (600, 7, False)
    assert run(["--data", str(home), "--rehearse"], window) == DONE
    assert opened[-1].folder != first.folder
    assert run(["--rehearse", "nix"], no_window) == FAILED
    assert "There is no scenario 'nix'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        run(["--rehearse", "outage", "--watch", str(tmp_path)], no_window)
    assert caught.value.code == WRONG
    assert "stands alone" in capsys.readouterr().err


def test_a_past_one_is_looked_at_with_what_is_its_users(tmp_path: Path) -> None:
    into = tmp_path / "home" / "rehearsals" / "2026-01-05-monday"
    Rehearsal(everything(), into).begin()
    opened: list[Any] = []

    def window(options: Any) -> int:
        opened.append(options)
        return DONE

    assert run(["--watch", str(into)], window) == DONE
    assert (opened[0].data, opened[0].home) == (into / DATA, tmp_path / "home")


def test_a_console_may_be_there_before_it_begins(tmp_path: Path) -> None:
    into = tmp_path / "centre"
    (into / DATA).mkdir(parents=True)
    (into / DATA / "coalface.db").write_text("")
    Rehearsal(everything(), into).begin()
    assert (into / MARK / ABOUT).is_file()
