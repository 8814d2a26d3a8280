"""Who changed what, when: a chain that can only grow."""
