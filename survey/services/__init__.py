"""Use cases: one public function for each step HR would name."""
