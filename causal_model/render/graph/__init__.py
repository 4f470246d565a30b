"""A graph as shapes: a box for every node, an arrow for every link, and a legend."""
