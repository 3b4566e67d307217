"""Pictures drawn on the server: plain facts in, safe HTML with SVG out. No model is known here."""
