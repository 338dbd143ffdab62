"""LED strips above the counters: text cards, number panels and simple frames behind one data type."""
