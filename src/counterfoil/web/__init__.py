"""The Django project: the only durable store, the pages, the intake API."""
