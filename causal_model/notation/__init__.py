"""The notation of claims: statements about a graph, read and never evaluated as code."""
