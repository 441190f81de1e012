"""What the answers mean: statistics, the disclosure gate and the reports."""
