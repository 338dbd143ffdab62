"""Media: the pictures that boards show beside the calls, out of folders on the server's disk."""
