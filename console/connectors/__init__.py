"""Platforms that take orders."""

from console.connectors.connector import Connector
from console.connectors.folder import Folder

CATALOG: tuple[type[Connector], ...] = (Folder,)
