"""Postures as files: what is done together in a bad hour, told in words that fit any board.

A playbook is one file of `resources/playbooks`, or of `playbooks` in the data folder, which holds
the site's own. `acts` lists what an item can do, `selectors` how it says to whom.
"""
