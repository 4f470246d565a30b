"""What an answer hangs on: nodes that are seen or set, and the numbers in the tables."""
