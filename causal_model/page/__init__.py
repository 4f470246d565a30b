"""The page: a graph that is looked at, clicked on and mailed; for a server and for one file alike."""
