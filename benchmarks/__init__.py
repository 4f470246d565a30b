"""Claims about speed, each measured as a ratio in one run. Absolute times are the machine's."""
