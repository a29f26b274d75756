"""Formats that come in, in the order in which a file is tried against them."""

from console.exports import asterisk_queue_log
from console.exports.export import Export

CATALOG: tuple[Export, ...] = (asterisk_queue_log,)
