"""Many regions' results added up: to provinces, and to all of them together."""
