"""Transports move bytes over a serial line, a TCP socket or into a simulator, and do nothing else."""
