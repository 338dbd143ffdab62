"""Service ratings: what citizens say of a service that they have had, once a ticket."""
