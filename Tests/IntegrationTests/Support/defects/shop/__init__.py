"""A small shop's stock."""
