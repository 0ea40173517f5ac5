"""Synthetic cardiac T1-mapping data with known truth, and tools that measure t1moco on it."""
