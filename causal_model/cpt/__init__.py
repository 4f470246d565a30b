"""How a table is elicited: numbers in, array out; one form, one file, one citation."""
