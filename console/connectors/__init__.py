"""Platforms that take orders."""

from collections.abc import Callable
from pathlib import Path

from console.connectors.connector import Connector
from console.connectors.folder import Folder

#: Each is made with the folder that is its own inside the data folder.
CATALOG: tuple[Callable[[Path], Connector], ...] = (Folder,)
