"""HTML for clerks, for phones and for whoever tries the demo hall: templates, plain CSS, plain modules."""
