"""Pages: one blueprint for each audience."""
