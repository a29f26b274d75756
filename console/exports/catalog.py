"""Formats that come in, in the order in which a file is tried against them. Imports all of them."""

from collections.abc import Sequence

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
    nice_cxone,
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
)


def which(head: bytes, more: Sequence[Export] = ()) -> Export | None:
    """The format of a file that begins so (64 KB), of those there are and `more`.

    A file can begin in the middle of a line, where it was cut off from another: then by the next.
    """
    found = next((export for export in (*CATALOG, *more) if export.fits(head)), None)
    if found is None:
        rest = head[head.find(b"\n") + 1 :]
        if rest[:1] == b"{":
            lines = (export for export in CATALOG if export.KIND == "json")
            found = next((export for export in lines if export.fits(rest)), None)
    return found
