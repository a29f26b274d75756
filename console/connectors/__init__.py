"""Platforms that take orders."""

from console.connectors.amazon_connect import AmazonConnect
from console.connectors.asterisk import Asterisk
from console.connectors.connector import Connector
from console.connectors.folder import Folder
from console.connectors.webhook import Webhook

CATALOG: tuple[type[Connector], ...] = (Folder, Webhook, AmazonConnect, Asterisk)

#: The same by name.
KINDS: dict[str, type[Connector]] = {kind.kind: kind for kind in CATALOG}
