"""Checks that say nothing new: what is known of numbers and lengths, and the pass that leaves such checks out."""
