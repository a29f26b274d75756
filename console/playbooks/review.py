"""A playbook against the board of one instant: which commands come of it, and why some do not."""

import json

from console.domain.acts import Preview
from console.domain.playbooks import COMMAND, ReviewItem
from console.playbooks.acts import CATALOG
from console.playbooks.playbook import Item, Playbook
from console.playbooks.selectors import Nothing
from console.playbooks.situation import Situation


def resolve(playbook: Playbook, now: Situation) -> list[ReviewItem]:
    """All items in their order; those that are commands have their fields, but no preview yet."""
    return [found for item in playbook.items for found in _resolved(item, now)]


def _resolved(item: Item, now: Situation) -> list[ReviewItem]:
    plain = ReviewItem(
        item.key,
        item.section,
        item.kind,
        item.title,
        item.why,
        item.owner,
        after_us=item.after_us,
    )
    if item.kind != COMMAND:
        return [plain]
    try:
        wanted = CATALOG[item.act].resolve(now, item.words)
    except Nothing as nothing:
        return [_refused(plain, str(nothing))]
    left_out = "" if item.include else "the playbook leaves it to you"
    if item.after_us:
        left_out = "for later"
    return [
        ReviewItem(
            f"{item.key}/{one.part}" if one.part else item.key,
            item.section,
            COMMAND,
            item.title,
            item.why,
            item.owner,
            one.command,
            json.dumps(dict(one.fields), ensure_ascii=False),
            included=not left_out,
            left_out=left_out,
            after_us=item.after_us,
        )
        for one in wanted
    ]


def _refused(plain: ReviewItem, words: str) -> ReviewItem:
    return ReviewItem(
        plain.key,
        plain.section,
        COMMAND,
        plain.title,
        plain.why,
        plain.owner,
        preview=Preview(plain.title, refused=words[:1].upper() + words[1:] + "."),
        left_out=f"nothing to do: {words}",
        after_us=plain.after_us,
    )
