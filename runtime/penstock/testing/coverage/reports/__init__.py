"""Reports of the coverage of contracts: text for a terminal, JSON, LCOV for `genhtml`, and a page."""
