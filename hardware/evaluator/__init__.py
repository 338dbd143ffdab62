"""Evaluators: four keys in front of a counter, with which a citizen rates the service."""
