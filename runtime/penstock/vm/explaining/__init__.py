"""Explanations of verdicts: the failed step, the values that did not match, and values that would."""
