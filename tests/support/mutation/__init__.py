"""`make mutants`: changes of the source that tests should notice."""
