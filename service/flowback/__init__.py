"""What was decided in the service: into the next run, out to the ordering system, and why advice isn't repeated."""
