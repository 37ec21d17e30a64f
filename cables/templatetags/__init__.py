"""What templates show of a cable that is more than a field."""
