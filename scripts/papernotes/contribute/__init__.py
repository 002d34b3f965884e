"""What writes to the repository, each file at once or not at all."""
