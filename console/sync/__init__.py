"""Export files become rows.

content: the bytes inside a file, also a compressed one. intake: where a file stands and what is new
in it. merge: evidence put together second by second. fold: contacts, intervals and sums told from
their evidence. files: the whole way for files and folders. watch: folders, as they change.
hearing: what a platform's own line tells, as evidence beside its log.
"""
