"""To and from other people's networks."""
