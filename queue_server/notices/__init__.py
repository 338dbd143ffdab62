"""Notices: what a supervisor lets the boards say for a while."""
