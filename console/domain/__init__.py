"""Frozen values that may cross threads, in the words of the trade.

Contact: one attempt by a customer on one channel. Leg: one stay of a contact in one queue.
Channel: a medium that customers use. Queue: a line of waiting contacts in one source system.
Agent: one person, known by one or more aliases. Agent state: what the person is doing, with the
source's own word kept beside it. Interval: a stretch of membership, login, pause, ringing or
wrap-up. Report: a "let me know when things go wrong" entry. Intervention: a control somebody used.

Times ending in ``_at`` are microseconds since 1970 in UTC; durations ending in ``_s`` are seconds,
those ending in ``_us`` microseconds.
"""
