"""Rows as an earlier version of the schema kept them, carried forwards to the newest."""
