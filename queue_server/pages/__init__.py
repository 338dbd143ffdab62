"""HTML for clerks, for a citizen's phone and for whoever tries the demo hall: templates, plain CSS, plain modules."""
