"""Workbooks for people: cells that are what they say, tables with headings and notes, and charts."""
