"""What a purchaser can change: packs, order rhythm, urgent orders, air freight, twins on the shelf, shared stock."""
