"""Faults that are known and not mended yet: what the fuzzer passes over. To be emptied."""

#: (regular expression for the name of the call, one for the message, what is wrong)
KNOWN: tuple[tuple[str, str, str], ...] = ()
