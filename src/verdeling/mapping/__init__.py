"""Reading somebody's own workbook or CSV files as an instance, as a mapping file says."""
