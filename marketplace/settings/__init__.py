"""One file per surrounding: base (safe defaults), dev (script/server), test (pytest), prod (environment only)."""
