"""What is asked: instruments, read from questionnaire files."""
