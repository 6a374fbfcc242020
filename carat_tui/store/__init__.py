"""The one SQLite file: how it is opened, written, migrated, and one module per family of tables."""
