"""Policies side by side: what each reaches, who gains, what they agree on, what fairness costs."""
