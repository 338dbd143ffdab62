"""The kiosk: a citizen picks a matter and leaves with a ticket."""
