"""Validation of transactions: parts of the wrong type, the form that blocks require, the outputs that nodes relay."""
