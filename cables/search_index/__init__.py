"""The search index beside the database: built from published cables, opened as of a state."""
