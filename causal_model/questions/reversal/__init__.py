"""What would reverse a statement: the smallest change of a row of a table, or of a finding."""
