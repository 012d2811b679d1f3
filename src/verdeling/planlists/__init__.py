"""Building plans: lists of municipalities and exports of DIWI, made into projects and supply."""
