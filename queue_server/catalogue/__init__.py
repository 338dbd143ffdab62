"""The matters that the hall offers: what each needs, how long it takes, what it costs; versioned."""
