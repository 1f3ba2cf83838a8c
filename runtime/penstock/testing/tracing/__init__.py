"""Traces of calls in the words of the source: the statements that ran, their values, expressions of the reader."""
