"""Worker processes on a real PostgreSQL: woken, stopped, continued, killed."""
