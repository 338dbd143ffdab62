"""Proof of an honest queue: signed slips, keys of the day, and checking both against the journal."""
