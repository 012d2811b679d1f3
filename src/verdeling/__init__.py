"""Verdeling divides a regional housing task over municipalities: optimal, fair, whole, explained."""
