"""Ways out: what contradicts each other, what would repair it, how far each can reach."""
