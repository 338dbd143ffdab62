"""ID-card readers: second-generation cards, residence permits, foreigners' permanent residence cards."""
