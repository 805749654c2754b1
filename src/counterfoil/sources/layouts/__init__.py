"""Reports of other systems, read by a layout: which column is which field."""
