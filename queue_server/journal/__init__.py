"""The append-only record of all that happened; nothing reaches a screen but through it."""
