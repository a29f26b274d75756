"""People and shifts on the screen: found, filled in, taken back, read from files, joined."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from console.app import Console
from console.domain.roster import CUSTOMERS, PEOPLE, SHIFTS, TARGETS
from console.store.tables import Agent, Source
from widgets.desktop import Desktop
from widgets.models.roster import JOINS, wall
from widgets.rostering import zone_of_desk
from widgets.views.roster import RosterDialog
from widgets.views.roster_form import TieForm
from widgets.window import Window

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE_CSV = "person,name,team,ids\n1,Ann Example,Blue,pbx=400\n2,Bo Example,Red,\n"
SHIFTS_CSV = (
    "person,start,end,kind,movable\n1,2026-01-05 08:00,16:00,shift,\n"
    "1,2026-01-05 10:00,10:30,meeting,yes\n2,2026-01-06 08:00,16:00,shift,\n"
)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "data")
    with made.store.write() as session:
        session.add(Source(id=1, name="pbx", format="f", folder="/", platform="asterisk"))
        session.flush()
        session.add(Agent(id=1, source_id=1, name="PJSIP/400"))
        session.add(Agent(id=2, source_id=1, name="PJSIP/500"))
    for name, text in (("people.csv", PEOPLE_CSV), ("shifts.csv", SHIFTS_CSV)):
        (tmp_path / name).write_text(text)
        assert not made.import_roster(tmp_path / name, BERLIN).problems
    yield made


@pytest.fixture
def window(desktops: Callable[..., Desktop], console: Console) -> Window:
    return desktops(console).window


@pytest.fixture
def dialog(window: Window, qtbot: QtBot) -> RosterDialog:
    window.run("roster")
    found = window.rostering.dialog
    assert found is not None
    found.zone = BERLIN
    found.day_label.setText("2026-01-05")
    found.day_label.editingFinished.emit()
    qtbot.waitUntil(lambda: len(found.pages[SHIFTS].model.rows()) == 2)
    return found


def names(dialog: RosterDialog) -> list[str]:
    return [line.row.name for line in dialog.pages[PEOPLE].model.rows()]


def choose(dialog: RosterDialog, table: str, key: object) -> None:
    dialog.show_tab(table)
    assert dialog.pages[table].table.choose(key)


def type_into(dialog: RosterDialog, **cells: str) -> None:
    form = dialog.form
    assert form is not None
    for name, cell in cells.items():
        field = form.fields[name]
        if isinstance(field, QComboBox):
            field.setCurrentIndex(field.findData(cell))
        else:
            assert isinstance(field, QLineEdit)
            field.setText(cell)


def test_each_table_is_shown(dialog: RosterDialog) -> None:
    assert names(dialog) == ["Ann Example", "Bo Example"]
    assert [line.agents for line in dialog.pages[PEOPLE].model.rows()] == ["PJSIP/400 (pbx)", ""]
    assert [(line.name, line.start) for line in dialog.pages[SHIFTS].model.rows()] == [
        ("Ann Example", "2026-01-05 08:00"),
        ("Ann Example", "2026-01-05 10:00"),
    ]
    assert dialog.tabs.tabText(0) == "People (2)"
    assert dialog.tabs.tabText(4) == "Joins (2, ◆ 1 open)"


def test_days_go_on_and_back(dialog: RosterDialog, qtbot: QtBot) -> None:
    dialog.step(1)
    model = dialog.pages[SHIFTS].model
    qtbot.waitUntil(lambda: [line.name for line in model.rows()] == ["Bo Example"])
    assert dialog.day_label.text() == "2026-01-06"
    dialog.step(-1)
    qtbot.waitUntil(lambda: len(model.rows()) == 2)
    dialog.day_label.setText("soon")
    dialog.day_label.editingFinished.emit()
    assert dialog.day_label.text() == "2026-01-05"


def test_typing_filters_and_the_filter_key_belongs_to_the_window_in_use(
    window: Window, dialog: RosterDialog, qtbot: QtBot
) -> None:
    page = dialog.pages[PEOPLE]
    dialog.show_tab(PEOPLE)
    qtbot.keyClicks(page.table, "red")
    qtbot.keyClicks(page.filter, "")
    assert page.filter.text().startswith("r")
    page.filter.setText("red")
    assert page.model.rowCount() == 1
    page.filter.clear()
    dialog.focus_filter()
    assert page.filter.hasFocus() or not dialog.isActiveWindow()


def test_a_person_is_added_and_a_fault_is_mended_in_the_form(
    dialog: RosterDialog, console: Console, qtbot: QtBot
) -> None:
    dialog.show_tab(PEOPLE)
    dialog.add()
    form = dialog.form
    assert form is not None
    type_into(dialog, id="3", name="Cy", skills="billing:9", home_queue="moon")
    qtbot.keyClick(form.fields["name"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "“9” is no level" in form.fault.text())
    assert form.fault.isVisible() and form.fault.text().startswith("▲ skills")
    type_into(dialog, skills="billing:4", tier="expert")
    form.save()
    qtbot.waitUntil(lambda: "Cy" in names(dialog))
    qtbot.waitUntil(lambda: dialog.form is None)
    assert dialog.told.text() == "Add the person Cy. ◆ No source has a queue called moon."
    line = next(line for line in dialog.pages[PEOPLE].model.rows() if line.row.id == "3")
    assert (line.row.tier, line.row.skills) == ("expert", (("billing", 4),))
    assert line.row.edited_by == console.who
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: "Cy" not in names(dialog), timeout=5000)


def test_a_person_is_edited_by_enter(dialog: RosterDialog, qtbot: QtBot) -> None:
    choose(dialog, PEOPLE, "1")
    qtbot.keyClick(dialog.pages[PEOPLE].table, Qt.Key.Key_Return)
    form = dialog.form
    assert form is not None
    assert not form.fields["id"].isEnabled()
    assert form.cells()["ids"] == "pbx=400"
    form.save()
    qtbot.waitUntil(lambda: "stands so already" in form.fault.text())
    type_into(dialog, name="Ann E.")
    form.save()
    qtbot.waitUntil(lambda: names(dialog)[0] == "Ann E.")
    assert "name: Ann Example → Ann E." in dialog.told.text()


def test_a_shift_is_moved_and_stays_the_same_one(dialog: RosterDialog, qtbot: QtBot) -> None:
    choose(dialog, SHIFTS, "1, meeting, 2026-01-05T09:00:00Z")
    dialog.edit_chosen()
    form = dialog.form
    assert form is not None
    assert (form.cells()["start_at"], form.cells()["movable"]) == ("2026-01-05 10:00", "yes")
    type_into(dialog, start_at="2026-01-05 14:00", end_at="14:30")
    form.save()
    model = dialog.pages[SHIFTS].model
    qtbot.waitUntil(lambda: model.rows()[1].start == "2026-01-05 14:00")
    assert model.rows()[1].row.id == "1, meeting, 2026-01-05T09:00:00Z"


def test_what_is_selected_is_removed_by_del_and_undone(dialog: RosterDialog, qtbot: QtBot) -> None:
    dialog.show_tab(PEOPLE)
    table = dialog.pages[PEOPLE].table
    table.selectAll()
    assert dialog.remove_button.text() == "Remove 2"
    dialog.remove()
    qtbot.waitUntil(lambda: names(dialog) == [])
    assert dialog.told.text().startswith("Remove the person Ann Example and 1 more")
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: len(names(dialog)) == 2, timeout=5000)


def test_an_agent_is_tied_kept_apart_and_left_to_the_rule(
    dialog: RosterDialog, qtbot: QtBot
) -> None:
    def join(agent_id: int):
        return next(j for j in dialog.pages[JOINS].model.rows() if j.agent_id == agent_id)

    assert join(1).reason == "the roster has “400” for pbx, the account of PJSIP/400"
    choose(dialog, JOINS, 2)
    assert not dialog.add_button.isVisible()
    dialog.edit_chosen()
    form = dialog.form
    assert isinstance(form, TieForm)
    form.person.setCurrentText("nobody at all")
    form.save()
    fault = form.fault
    qtbot.waitUntil(lambda: "no such person" in fault.text())
    form.person.setCurrentIndex(form.person.findData("2"))
    form.save()
    qtbot.waitUntil(lambda: join(2).name == "Bo Example")
    choose(dialog, JOINS, 1)
    dialog.remove()
    qtbot.waitUntil(lambda: join(1).reason == "kept apart by hand")
    choose(dialog, JOINS, 1)
    dialog.edit_chosen()
    form = dialog.form
    assert isinstance(form, TieForm)
    form.how.setCurrentIndex(form.how.findData("leave to the rule"))
    assert not form.person.isEnabled()
    form.save()
    qtbot.waitUntil(lambda: join(1).name == "Ann Example")


def test_customers_are_hidden_also_when_typed_here(dialog: RosterDialog, qtbot: QtBot) -> None:
    dialog.show_tab(CUSTOMERS)
    dialog.add()
    type_into(dialog, customer="+49 171 2345678", value="1200", at_risk="yes", preferred="1")
    assert dialog.form is not None
    dialog.form.save()
    model = dialog.pages[CUSTOMERS].model
    qtbot.waitUntil(lambda: len(model.rows()) == 1)
    (line,) = model.rows()
    assert (line.row.value, line.row.at_risk, line.preferred) == (1200, True, "Ann Example")
    assert "2345" not in line.row.customer and line.row.customer.endswith("678")
    choose(dialog, CUSTOMERS, line.row.customer)
    dialog.edit_chosen()
    assert dialog.form is not None and not dialog.form.fields["customer"].isEnabled()
    type_into(dialog, value="1300")
    dialog.form.save()
    qtbot.waitUntil(lambda: model.rows()[0].row.value == 1300)


def test_a_target_changes_its_channel(dialog: RosterDialog, console: Console, qtbot: QtBot) -> None:
    dialog.show_tab(TARGETS)
    dialog.add()
    type_into(dialog, channel="chat", service_level="80", within_s="30", expected_s="45")
    assert dialog.form is not None
    dialog.form.save()
    qtbot.waitUntil(lambda: len(dialog.pages[TARGETS].model.rows()) == 1)
    (chat,) = [row for row in console.board().channels if row.channel == "chat"]
    assert chat.expected_s == 45


def test_files_are_read_and_what_is_wrong_is_listed(
    window: Window, dialog: RosterDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "more.csv"
    path.write_text("person,name,tier\n4,Di,boss\n5,Ed,expert\n")
    window.rostering.read_files([str(path)])
    qtbot.waitUntil(lambda: "Ed" in names(dialog))
    assert dialog.told.text() == "more.csv: people: 2 rows, 1 new or changed, ◆ 1 left out"
    box = next(
        b for b in dialog.findChildren(QDialog) if b.windowTitle() == "What could not be taken"
    )
    words = box.findChildren(QPlainTextEdit)[0].toPlainText()
    assert words.startswith("more.csv, people, line 2, tier: “boss” is not known here")
    box.close()


def test_the_zone_is_asked_where_a_file_has_local_times(
    window: Window,
    dialog: RosterDialog,
    tmp_path_factory: pytest.TempPathFactory,
    qtbot: QtBot,
) -> None:
    # Not in the folder that is watched: there it is read by the zone of the others.
    path = tmp_path_factory.mktemp("elsewhere") / "july.csv"
    path.write_text("person,start,end\n2,2026-07-05 08:00,16:00\n")
    window.rostering.ask_zone([str(path)])
    qtbot.waitUntil(lambda: window.rostering.zone_form is not None)
    form = window.rostering.zone_form
    assert form is not None and form.zone.currentText() == "Europe/Berlin"
    assert form.shown.text().startswith("“2026-07-05 08:00” in Europe/Berlin is 06:00 UTC.")
    form.zone.setCurrentText("Mars/Base")
    assert not form.read_button.isEnabled()
    assert form.shown.text() == "◆ Mars/Base is no zone such as Europe/Berlin"
    form.zone.setCurrentText("America/New_York")
    assert "12:00 UTC" in form.shown.text()
    form.read_button.click()
    qtbot.waitUntil(lambda: "july.csv: shifts: 1 row, 1 new" in dialog.told.text())
    dialog.day_label.setText("2026-07-05")
    dialog.day_label.editingFinished.emit()
    model = dialog.pages[SHIFTS].model
    qtbot.waitUntil(lambda: [line.start for line in model.rows()] == ["2026-07-05 14:00"])
    assert "july.csv" in dialog.files_label.text()
    assert "local times of America/New_York" in dialog.files_label.toolTip()


def test_people_are_read_without_a_question(
    window: Window, dialog: RosterDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "more.csv"
    path.write_text("person,name,tier\n5,Ed,expert\n")
    window.rostering.ask_zone([str(path)])
    qtbot.waitUntil(lambda: "Ed" in names(dialog))
    assert window.rostering.zone_form is None


def test_shifts_that_a_newer_file_has_not_are_removed_by_one_click_and_come_back(
    window: Window, dialog: RosterDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "new.csv"
    path.write_text("person,start,end,kind\n1,2026-01-05 17:00,20:00,shift\n")
    window.rostering.read_files([str(path)], BERLIN)
    qtbot.waitUntil(dialog.drop_button.isVisible)
    assert dialog.told.text().endswith(
        "◆ 1 shift or block that stood before on its days, for its people, is not in it: "
        "kept, unless you remove them."
    )
    model = dialog.pages[SHIFTS].model
    qtbot.waitUntil(lambda: len(model.rows()) == 3)
    dialog.drop_button.click()
    qtbot.waitUntil(lambda: len(model.rows()) == 2)
    assert [line.start for line in model.rows()] == ["2026-01-05 10:00", "2026-01-05 17:00"]
    assert not dialog.drop_button.isVisible()
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: len(model.rows()) == 3, timeout=5000)


def test_templates_and_the_roster_are_written(
    window: Window, dialog: RosterDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    window.rostering.write_files("write_templates", tmp_path / "templates")
    qtbot.waitUntil(lambda: dialog.told.text().startswith("5 files written to"))
    window.rostering.write_files("export_roster", tmp_path / "out")
    qtbot.waitUntil(lambda: str(tmp_path / "out") in dialog.told.text())
    assert "Ann Example" in (tmp_path / "out" / "people.csv").read_text("utf-8-sig")
    window.rostering.write_files("export_roster", tmp_path / "out")
    qtbot.waitUntil(lambda: window.notices.problems() == 1)
    assert "there already" in window.notices.past[0].detail


def test_every_control_has_a_name_for_the_blind(dialog: RosterDialog, qtbot: QtBot) -> None:
    dialog.show_tab(PEOPLE)
    dialog.add()
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
        for control in dialog.findChildren(kind)
        if control.isVisible()
    ]
    assert len(controls) > 15
    nameless = [
        control
        for control in controls
        if not (control.accessibleName() or (isinstance(control, QPushButton) and control.text()))
        # Parts of a line edit or box that Qt itself names.
        and not isinstance(control.parent(), QLineEdit | QComboBox)
    ]
    assert nameless == []


def test_the_clock_of_a_wall() -> None:
    twice = 1792891800_000000  # 25 October 2026, the second 02:30 in Berlin
    assert wall(twice - 3600_000000, BERLIN) == "2026-10-25 02:30"
    assert wall(twice, BERLIN) == "2026-10-25 02:30:00+01:00"
    assert wall(twice + 3600_000000, BERLIN) == "2026-10-25 03:30"
    assert zone_of_desk().key
