"""Whether an instance is well: small checks, each of one thing that can be wrong."""
