"""What an urgency status does to each group, and advice for a by-law."""
