"""What purchasing decided about the findings of runs, and what came of it."""
