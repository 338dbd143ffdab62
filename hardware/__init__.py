"""Everything that moves bytes to and from devices lives here, and it knows nothing of tickets."""
