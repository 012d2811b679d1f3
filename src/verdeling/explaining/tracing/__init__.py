"""From a fair share to a result, step by step."""
