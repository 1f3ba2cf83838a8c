"""Plans: a region as steps with the order that they need."""
