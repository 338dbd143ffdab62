"""The server of the hall: it owns every ticket and every case, and decides who is next."""
