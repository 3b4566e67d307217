"""Pages of matching: matches of a listing, plans of an area, proposals to both sides."""
