"""Probe: each accepted call again with one thing changed; a change that its script still accepts is left open."""
