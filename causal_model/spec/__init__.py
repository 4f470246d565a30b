"""What files say: graph files, scenarios and evidence, read strictly and checked whole."""
