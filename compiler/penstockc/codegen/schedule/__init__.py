"""Scheduling: the order of a plan's steps, and the stack position of every value."""
