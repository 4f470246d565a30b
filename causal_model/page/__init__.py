"""The page: a graph that is looked at, clicked on and mailed; the same parts for the server and for one file."""
