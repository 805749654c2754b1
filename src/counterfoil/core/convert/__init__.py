"""One module per family of documents, behind one table: kind to function."""
