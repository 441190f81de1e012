"""Meets people: the Flask application, its data and its use cases."""
