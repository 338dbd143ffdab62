"""The hall as data: floors, zones, counters, queues, opening hours, and which version of them is in force."""
