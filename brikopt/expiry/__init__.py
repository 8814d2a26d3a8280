"""What will go out of date unused."""
