"""One folder per kind of operation, each with its fields, its words and its tasks."""
