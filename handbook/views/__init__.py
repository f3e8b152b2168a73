"""What the world sees of a handbook: readers of its editions, and editors who prepare them."""
