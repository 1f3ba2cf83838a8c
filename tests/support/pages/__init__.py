"""Pages of docs/ that tests and pictures are made of."""
