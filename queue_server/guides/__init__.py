"""Guides: whoever asks for a person at a kiosk gets one."""
