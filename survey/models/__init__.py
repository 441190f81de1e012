"""Tables: what is kept, and by what is not a column, what is not."""
