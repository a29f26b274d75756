"""What spreadsheets do to tables is found and said."""

from dataclasses import replace

from console.exports.excel_damage import Finding, Tally, damage
from console.exports.mapping import Mapping
from tests.console.exports.tables import sample

CALLS = Mapping(
    "calls",
    "contacts",
    {"started": ("Start",), "customer": ("Phone",), "talk": ("Talk",), "agent": ("Agent",)},
    zone="UTC",
    duration="h:mm:ss",
    channel="voice",
)


def found(rows: list[dict[str, str]], mapping: Mapping = CALLS) -> dict[str, Finding]:
    return {each.kind: each for each in damage(rows, mapping)}


def test_a_clean_table_has_no_findings() -> None:
    rows = [
        {
            "Start": f"{day}.03.2026 09:00",
            "Phone": "+49305550101",
            "Talk": "0:03:12",
            "Agent": "Ann",
        }
        for day in range(1, 30)
    ]
    assert damage(rows, CALLS) == []


def test_a_damaged_sample() -> None:
    told, rows = sample("damaged.csv")
    kinds = {each.kind: each for each in damage(rows, told.mapping)}
    assert kinds["powers"].effect == "unknown"
    assert "4.41633E+11" in kinds["powers"].sentence
    assert kinds["total"].effect == "refused"
    assert "the last" in kinds["total"].sentence
    assert kinds["over a day"].count == 1
    assert kinds["minutes"].count == 1
    assert kinds["formula"].count == 1
    assert kinds["error"].count == 1
    assert kinds["day numbers"].count == 1
    assert kinds["short years"].count == 1
    assert "Note" in kinds["same name"].sentence
    effects = [each.effect for each in damage(rows, told.mapping)]
    assert effects == sorted(effects, key=("refused", "unknown", "check").index)


def test_lost_beginnings_of_numbers_show_beside_whole_ones() -> None:
    whole, cut = {"Phone": "01755550101"}, {"Phone": "1755550102"}
    assert found([whole, cut])["no prefix"].count == 1
    assert "no prefix" not in found([cut, cut])


def test_durations_that_all_end_in_nought() -> None:
    rows = [{"Talk": f"{n}:10:00"} for n in range(6)]
    assert "minutes and seconds" in found(rows)["three"].sentence
    assert "three" not in found([*rows, {"Talk": "0:00:12"}])


def test_dates_that_only_the_other_order_can_read() -> None:
    rows = [{"Start": "25/03/2026 09:00"}, {"Start": "03/26/2026 09:00"}]
    assert found(rows)["other order"].count == 1
    assert found(rows, replace(CALLS, dates="mdy"))["other order"].count == 1


def test_dates_partly_of_the_spreadsheet_s_own() -> None:
    rows = [{"Start": "25/03/2026 09:00"}, {"Start": "2026-04-03 09:00:00"}]
    assert "taken day for month" in found(rows)["turned dates"].sentence


def test_dates_astray_unless_turned_round() -> None:
    rows = [{"Start": f"{day}.03.2026 09:00"} for day in range(13, 31)]
    assert "dates astray" not in found([*rows, {"Start": "01.04.2026 09:00"}])
    assert found([*rows, {"Start": "03.09.2026 09:00"}])["dates astray"].count == 1


def test_texts_that_were_cut_off() -> None:
    assert found([{"Agent": "x" * 255}])["cut"].count == 1


def test_numbers_with_the_other_mark() -> None:
    counts = Mapping("c", "counts", {"at": ("At",), "waiting": ("W",)}, zone="UTC")
    assert found([{"At": "2026-03-05 09:00", "W": "1,5"}], counts)["no number"].count == 1


def test_rows_can_be_looked_at_one_by_one() -> None:
    tally = Tally(CALLS)
    tally.see({"Start": "25.03.2026", "Phone": "4,41633E+11", "Talk": "", "Agent": ""})
    assert [each.kind for each in tally.findings()] == ["powers"]
    tally.see({"Start": "", "Phone": "", "Talk": "9:00:00", "Agent": "Gesamt (12)"})
    assert [each.kind for each in tally.findings()] == ["total", "powers"]
