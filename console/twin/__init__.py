"""The rehearsal centre: customers, agents and platforms that do not exist.

`simulation` runs a centre event by event, the writers beside it put down what real platforms would
have written, `rehearsal` does so in a folder and obeys the outbox there. It imports nothing that
reads exports: what it knows reaches the console through files only.
"""
