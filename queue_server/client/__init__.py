"""The typed client of the server, for kiosks, boards, keypads and tests."""

from queue_server.client.calls import Client, Refusal, ServerAway, StreamReset
from queue_server.client.health import HealthReporter

__all__ = ["Client", "HealthReporter", "Refusal", "ServerAway", "StreamReset"]
