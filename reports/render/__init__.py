"""Trees for people: words, HTML and JSON."""
