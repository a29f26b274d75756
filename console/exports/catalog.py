"""Formats that come in, in the order in which a file is tried against them. Imports all of them."""

import re
from collections.abc import Sequence
from typing import Final

from console.exports import (
    amazon_connect_agent_events,
    amazon_connect_contact_events,
    amazon_connect_contact_records,
    amazon_connect_metrics,
    asterisk_queue_log,
    asterisk_realtime,
    five9_call_log,
    freshdesk,
    genesys_conversation_events,
    genesys_conversations,
    genesys_directory,
    genesys_observations,
    genesys_user_details,
    intercom,
    intercom_csv,
    json_pieces,
    nice_cxone,
    reports,
    twilio_taskrouter,
    zendesk_audits,
    zendesk_comments,
    zendesk_csv,
    zendesk_directory,
    zendesk_engagements,
    zendesk_metrics,
    zendesk_talk,
    zendesk_tickets,
)
from console.exports.export import Export

CATALOG: tuple[Export, ...] = (
    asterisk_queue_log,
    asterisk_realtime,
    amazon_connect_contact_records,
    amazon_connect_agent_events,
    amazon_connect_contact_events,
    amazon_connect_metrics,
    genesys_conversations,
    genesys_conversation_events,
    genesys_user_details,
    genesys_observations,
    genesys_directory,
    zendesk_tickets,
    zendesk_audits,
    zendesk_comments,
    zendesk_metrics,
    zendesk_talk,
    zendesk_engagements,
    zendesk_directory,
    zendesk_csv,
    twilio_taskrouter,
    nice_cxone,
    five9_call_log,
    freshdesk,
    intercom,
    intercom_csv,
    reports,
)


#: What describes an interface has examples of its answers inside, which are nobody's contacts.
_DESCRIBES: Final = frozenset(
    ("openapi", "swagger", "asyncapi", "$schema", "schemas", "components", "definitions", "paths")
)
#: So a page of documentation sets its examples apart.
_FENCE = re.compile(rb"^[ \t]*```", re.M)
_PAGE = re.compile(rb"\s*+<(?:!doctype|html|\?xml)", re.I)


def describes(head: bytes) -> bool:
    """Whether a file that begins so is a description of an interface or a page of documentation."""
    begun = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begun == b"{":
        return not _DESCRIBES.isdisjoint(json_pieces.members(head))
    return begun != b"[" and bool(_FENCE.search(head) or _PAGE.match(head))


def which(head: bytes, more: Sequence[Export] = ()) -> Export | None:
    """The format of a file that begins so (64 KB), of those there are and `more`.

    A file can begin in the middle of a line, where it was cut off from another: then by the next.
    """
    if describes(head):
        return None
    found = next((export for export in (*CATALOG, *more) if export.fits(head)), None)
    if found is None:
        rest = head[head.find(b"\n") + 1 :]
        if rest[:1] == b"{":
            lines = (export for export in CATALOG if export.KIND == "json")
            found = next((export for export in lines if export.fits(rest)), None)
    return found
