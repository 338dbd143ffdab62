"""Caller pads: a clerk's keys and two short numbers, for a counter without a computer."""
