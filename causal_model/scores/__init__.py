"""How well a graph forecast: scores of what came, against climatology and other graphs."""
