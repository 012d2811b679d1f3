"""Reports for a meeting: what a division says, laid out for those who have to agree on it."""
