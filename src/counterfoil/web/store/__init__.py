"""The durable store: the outbox port on SQLite and PostgreSQL."""
