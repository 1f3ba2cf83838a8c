"""Plans: a region as steps with their required order."""
