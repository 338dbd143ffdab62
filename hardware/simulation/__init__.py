"""Simulators of devices share this: named faults, timed answers, a port, pictures of their state."""
