"""What a policy leaves free: ranges, trades, other plans that are as good."""
