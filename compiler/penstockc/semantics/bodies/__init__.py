"""Function bodies as written -> typed statements."""
