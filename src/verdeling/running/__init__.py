"""Many divisions: by processes, a cluster or this process, kept as they come."""
