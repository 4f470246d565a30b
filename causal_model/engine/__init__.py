"""Arrays only: contract a tensor network forwards and backwards."""
