"""Units, hospitals, wards and cabinets, as the served run knows them."""
