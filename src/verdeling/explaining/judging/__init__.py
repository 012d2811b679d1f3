"""Plans made by hand, checked and measured beside the optimum."""
