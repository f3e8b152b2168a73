"""What a query asks for, and what of it makes a hit. Pure."""
