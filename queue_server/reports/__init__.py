"""What can be learned from the journal, and days of the hall that are only played."""
