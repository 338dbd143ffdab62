"""The event stream and the bridge that carries Flask, both on one event loop."""
