"""Commands: one click group or command a file."""
