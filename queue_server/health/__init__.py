"""Whether the hall can work, for whoever watches over it: health, readiness, figures."""
