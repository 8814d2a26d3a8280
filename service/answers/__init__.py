"""How answers look: pages, formats, tags, and answers remembered for a repeated request."""
