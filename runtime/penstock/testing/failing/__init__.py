"""Failing calls: in the words of the source, as sections of a test's report, and saved as cases."""
