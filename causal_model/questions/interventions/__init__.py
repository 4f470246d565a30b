"""What if somebody acts: effects on an outcome, and whether data could tell them."""
