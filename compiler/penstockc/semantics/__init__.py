"""Names, types and rules: syntax trees in, one typed program out."""
