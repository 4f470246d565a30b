"""Variants of one story: what they differ in, and what they say together."""
