"""What if: what an intervention changes, and by which ways."""
