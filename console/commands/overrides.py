"""What stands otherwise than usual is kept for as long as it does, with who wanted it so.

A row comes with the first command that takes a thing away from how it usually is, and goes with
the one that brings it back, whichever that is. It changes only when what is wanted changes, so an
act is never kept from being undone by somebody who only said the same again.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.times import now_us
from console.store.recording import OPERATION, WHO
from console.store.tables import Override


class Overrides:
    """All that stands otherwise than usual, while a command is carried out."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._now = now_us()
        self._rows = {
            (row.subject, row.aspect): row for row in session.scalars(select(Override)).all()
        }

    def keep(
        self,
        subject: str,
        aspect: str,
        *,
        title: str,
        before: str,
        wanted: str,
        source_id: int | None = None,
        until: int | None = None,
        alike: Collection[str] = (),
    ) -> None:
        """It stood as `before` and is now to stand as `wanted`.

        `until` is when that is meant to be over. `alike` are other subjects that are the same
        thing: an agent may be known by another interface since.
        """
        row = self._rows.get((subject, aspect))
        for other in alike:
            row = row or self._rows.get((other, aspect))
        usual = row.normal if row is not None else before
        if wanted == usual:
            if row is not None:
                self._session.delete(row)
                del self._rows[row.subject, row.aspect]
            return
        if row is None:
            row = Override(
                subject=subject,
                aspect=aspect,
                source_id=source_id,
                normal=usual,
                wanted="",
                operation_id=self._session.info.get(OPERATION),
            )
            self._rows[subject, aspect] = row
        if row.wanted != wanted:
            row.title, row.wanted = title, wanted
            row.since, row.who = self._now, self._session.info.get(WHO, "")
        row.until = until
        self._session.add(row)


def rename_source(session: Session, source_id: int, old: str, new: str) -> None:
    """The subjects of a source have its name before them."""
    columns = [column.key for column in Override.__table__.columns]
    for row in session.scalars(select(Override).where(Override.source_id == source_id)).all():
        if not row.subject.startswith(f"{old}|"):
            continue
        values = {name: getattr(row, name) for name in columns}
        session.delete(row)
        session.add(Override(**values | {"subject": new + row.subject[len(old) :]}))
