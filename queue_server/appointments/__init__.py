"""Booked places: slots, booking, check-in, and what becomes of those who do not come."""
