"""Faults of processes and disks: kills at each point at which something is put on disk, torn and refused writes."""
