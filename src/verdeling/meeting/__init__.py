"""The table: choices made in a meeting, what they give, and a page to make them on."""
