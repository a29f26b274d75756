"""The door between the screen and the console."""

import logging

import pytest
from pytestqt.qtbot import QtBot

from console.errors import ExportError
from widgets.bridge import Bridge


def test_a_fault_of_a_job_has_its_trace_in_the_log(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    bridge, seen = Bridge(), []
    bridge.failed.connect(seen.append)

    def job() -> None:
        raise IndexError("out of bounds")

    def broken() -> None:
        try:
            job()
        except IndexError as error:
            bridge.fail_later(error)

    with caplog.at_level(logging.ERROR), qtbot.waitSignal(bridge.failed):
        broken()
    assert "in job" in caplog.text and "out of bounds" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(bridge.failed):
        # What is written for a person is no fault.
        bridge.fail_later(ExportError("A file cannot be read."))
    assert not caplog.text and len(seen) == 2
