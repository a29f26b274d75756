"""Formats that come in, each a module; `console.exports.catalog` lists them.

Nothing is imported here: all of them together take longer than most of the program needs.
"""
