"""The Django project: the only durable store, and the pages."""
