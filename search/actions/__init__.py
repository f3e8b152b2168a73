"""Every write of search that has a consequence."""
