"""Queueing models: what becomes of a centre in the next hours, and of each alternative.

Pure: values in, values out. Times are hours unless a name says otherwise, rates are per hour,
shares are from 0 to 1. `docs/models.md` says where each equation is from and how far it was tried.
"""
