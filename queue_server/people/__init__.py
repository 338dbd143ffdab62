"""Devices, staff and citizens: who may come in, and what may be kept of them."""
