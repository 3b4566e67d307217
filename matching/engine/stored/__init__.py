"""A matching prepared once and kept as files that any number of processes map into memory."""
