"""What editors do about the search: what people look for, the words that mean the same, and what comes first."""
