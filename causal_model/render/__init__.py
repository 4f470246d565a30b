"""Pictures of results; computes no probabilities."""
