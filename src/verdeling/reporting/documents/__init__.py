"""Documents for a meeting: position papers, drafts of agreements, the regional document, urgency advice."""
