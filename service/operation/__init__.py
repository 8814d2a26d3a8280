"""Running the service: backups, and what comes back from them."""
