"""Read what a listing says, in Chinese or English: material, use, figures, contamination."""
