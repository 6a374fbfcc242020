"""One reader for each format: bytes of a file → records with their line number and raw text."""
