"""The dialog that connects a platform: what is filled in, and how the line stands then."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.app import Console
from console.store.tables import Source
from widgets.desktop import Desktop
from widgets.views.connect import ConnectDialog
from widgets.window import Window


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "data")
    with made.store.write() as session:
        session.add(Source(id=1, name="pbx", format="f", folder="/", platform="asterisk"))
    yield made


@pytest.fixture
def window(desktops: Callable[..., Desktop], console: Console) -> Window:
    return desktops(console).window


@pytest.fixture
def dialog(window: Window, qtbot: QtBot) -> ConnectDialog:
    window.run("connect")
    found = window.findChild(ConnectDialog)
    assert isinstance(found, ConnectDialog)
    qtbot.waitUntil(lambda: found.kind.count() > 0)
    return found


def choose(dialog: ConnectDialog, kind: str, **texts: str) -> None:
    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
    for name, text in texts.items():
        field = dialog.fields[name]
        assert isinstance(field, QLineEdit)
        field.setText(text)


def test_each_platform_shows_what_it_asks_for(dialog: ConnectDialog, console: Console) -> None:
    for kind in console.kinds():
        choose(dialog, kind.kind)
        assert set(dialog.fields) == {setting.name for setting in kind.settings}
        for setting in kind.settings:
            field = dialog.fields[setting.name]
            if isinstance(field, QLineEdit):
                hidden = field.echoMode() == QLineEdit.EchoMode.Password
                assert hidden is setting.secret
    assert dialog.stands.isHidden() and dialog.end_button.isHidden()


def test_a_platform_is_connected_and_the_line_is_told(
    dialog: ConnectDialog, console: Console, window: Window, qtbot: QtBot
) -> None:
    dialog.source.setCurrentText("chat")
    choose(dialog, "webhook", url="http://127.0.0.1:9/orders", secret="whsec-abc", timeout_s="3")
    dialog.save()
    # How the line stands may be told by a look at it before the answer to the click is here.
    qtbot.waitUntil(lambda: not dialog.stands.isHidden() and dialog.save_button.isEnabled())
    (line,) = console.lines()
    assert (line.source, line.kind, line.settings["timeout_s"]) == ("chat", "webhook", 3)
    assert "secret" not in line.settings
    field = dialog.fields["secret"]
    assert isinstance(field, QLineEdit) and field.text() == ""
    qtbot.waitUntil(lambda: console.log(1)[0].text == "connect chat by Webhook")
    # Ctrl+Z never cuts a line; the button in the log does.
    assert window.afterwards.undo_words == ""
    dialog.end()
    qtbot.waitUntil(lambda: console.lines() == ())
    qtbot.waitUntil(dialog.end_button.isHidden)


def test_what_cannot_be_is_said_in_the_dialog(
    dialog: ConnectDialog, console: Console, qtbot: QtBot
) -> None:
    dialog.source.setCurrentText("pbx")
    choose(dialog, "webhook", url="http://example.org", timeout_s="3")
    dialog.save()
    qtbot.waitUntil(lambda: not dialog.fault.isHidden())
    assert "https" in dialog.fault.text()
    choose(dialog, "webhook", url="https://example.org", timeout_s="soon")
    dialog.save()
    assert dialog.fault.text() == "▲ Time-out (s) is a whole number, not “soon”."
    assert console.lines() == ()
