"""One listing against all that is open: find who may fit from a few columns, then judge the best of them in full."""
