"""The agreement of both sides: terms, movie, keys, coins."""
