"""Evidence rows in a file, posteriors in another: read in chunks, ask, write; see `run`."""
