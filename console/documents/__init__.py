"""Documents for people: one file each."""
