"""What is best to do: influence diagrams, their optimal policies, and what it is worth to know more."""
