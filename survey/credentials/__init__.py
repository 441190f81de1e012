"""The public side of a cycle: its directory and fingerprint."""
