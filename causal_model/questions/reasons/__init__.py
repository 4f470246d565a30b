"""Why an answer is what it is: `explain`, and what it answers."""
