"""What is printed for people without e-mail: slips and a poster, as PDF."""
