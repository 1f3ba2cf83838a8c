"""Random contracts, scripts, spends and IR, and the reducer of failing contracts."""
