"""Pole displays, two lines of twenty characters, at counters and reception desks."""
