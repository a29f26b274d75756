"""Operations of a console without a database: nothing runs, and one playbook can be chosen."""

import time
from typing import Any

from console.domain.acts import Preview
from console.domain.playbooks import (
    ADVICE,
    COMMAND,
    OperationRow,
    PlaybookRow,
    Playbooks,
    Review,
    ReviewItem,
)

HOUR = 3_600_000_000


class FakeOperations:
    def __init__(self) -> None:
        self.running: OperationRow | None = None

    def look(self, known: object = ()) -> tuple[object, OperationRow | None]:
        return 1, self.running

    def playbooks(self) -> Playbooks:
        row = PlaybookRow(
            "storm", "Storm", "it <b>blows</b>", 48.0, 2, False, "/nowhere/storm.toml"
        )
        return Playbooks((row,))

    def review(self, name: str, board: Any, operation_id: int | None = None) -> Review:
        preview = Preview("callback offer off: all queues", ("support: offer on → off",))
        items = (
            ReviewItem(
                "off", "Callback", COMMAND, preview.title, command="set_callback",
                fields='{"offer": false, "all": true}', preview=preview, included=True,
            ),
            ReviewItem("calm", "Advice", ADVICE, "Stay calm"),
        )  # fmt: skip
        return Review(
            name, "Storm", 48 * HOUR, board.at, items, operation_id, time.time_ns() // 1000
        )
