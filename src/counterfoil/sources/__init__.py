"""Where documents come from: one folder each, the same file names inside."""
