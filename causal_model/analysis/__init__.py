"""What a network says about itself, beyond the answer to one question."""
