"""What is measured: a module per thing, each with a function that sets its works up one after the other."""
