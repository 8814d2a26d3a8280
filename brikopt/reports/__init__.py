"""What people get: CSV tables, the workbook, the run record, and the sentences in them."""
