"""Keys and sealing: what the database must never hold."""
