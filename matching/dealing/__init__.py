"""A full re-match as chunks of needs dealt to workers: threads, processes, or machines."""
