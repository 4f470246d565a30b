"""Names in, names out: findings become leaves of a tensor network, its derivatives posteriors."""
