"""What follows the answer: what if, why, how sure, what next, what would reverse it, what to do.

Each module asks one question of a model and gives a value; the mathematics is in `analysis` and `causal`.
"""
