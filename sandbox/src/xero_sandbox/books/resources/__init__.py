"""One module per resource. Each offers ``handle(visit) -> Handled`` and the shape it prints."""
