"""Every write to a handbook and its editions."""
