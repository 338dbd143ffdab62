"""One owner for an RS-485 bus: it alone decides who is asked, what is sent and how long to wait."""
