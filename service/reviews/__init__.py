"""Reviews of wards: decisions made at the shelf, and how they are undone."""
