"""Tables from data: rows of states, counts, and what is elicited meets what is counted."""
