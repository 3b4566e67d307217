"""Reference data edited on this site: what is otherwise than in the release, who changed it, and what follows."""
