"""The server behind `causal-model serve`: the page, and a JSON interface to every question.

A request is checked by `limits`, read as one of the `bodies`, and answered by one of the `questions` in a
worker process (`workers`), which has its own copy of the graphs (`shelf`). The process that listens does
no arithmetic, so a slow question blocks nobody, and one that takes too long is ended with its process.
"""
