"""Support for tests: golden files, outside engines, generators, spends."""
