"""The viewer: pays for a title piece by piece, and gives it to a file, to the page of this machine, or to a player."""
