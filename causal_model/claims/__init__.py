"""Claims as tests: what must hold in a graph is asked of it, and the answers are reported."""
