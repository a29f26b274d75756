"""Contacts joined into issues, and the gauge of contact debt. Values in, values out."""
