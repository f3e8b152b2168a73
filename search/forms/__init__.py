"""What people type and choose: searches that they save, and what editors say of words, of what comes first, and of weeks."""
