"""The sheets of a report as a workbook: which tables there are, in words, and what their columns mean."""
