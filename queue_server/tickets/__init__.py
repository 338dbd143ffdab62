"""The queue: numbers, states, who is next, and what everybody is told about it."""
