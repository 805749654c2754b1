"""A sample firm's month, generated with a seed."""
