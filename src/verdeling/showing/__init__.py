"""Cards: how things show themselves to an analyst."""
