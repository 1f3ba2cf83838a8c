"""Stack layouts: moves, the shortest way to bring values to the top, array reads."""
