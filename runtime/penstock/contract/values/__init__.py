"""Values of parameters and state: types taken apart, Python values encoded and decoded."""
