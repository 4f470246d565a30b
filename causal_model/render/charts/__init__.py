"""Charts of answers: plain values in, shapes out; computes no probabilities and knows no model."""
