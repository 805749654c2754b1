"""Spreadsheets (.xlsx), read a row at a time and written plainly."""
