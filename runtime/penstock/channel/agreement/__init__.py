"""Agreement of both sides: terms, movie, keys, coins."""
