"""The plan of a paced budget."""
