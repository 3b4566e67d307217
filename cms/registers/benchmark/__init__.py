"""Made-up registers of any size, and how long their public pages take."""
