"""The speaker of a hall: sound clips, one at a time, played by a process of their own."""
