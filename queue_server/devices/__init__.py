"""Devices: how every machine of the hall is, since when, and what to do about it."""
