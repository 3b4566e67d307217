"""Pages of firms, their sites, permits and members."""
