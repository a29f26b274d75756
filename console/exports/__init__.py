"""Formats that come in. One format each."""
