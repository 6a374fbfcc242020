"""Letters: where things stand on the sheet, how lines break, and the PDF."""
