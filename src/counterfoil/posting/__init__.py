"""The durable engine: knows the core; not Django, not HTTP."""
