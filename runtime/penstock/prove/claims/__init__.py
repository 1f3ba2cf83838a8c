"""Claims about one compilation: that the script accepts what the source accepts."""
