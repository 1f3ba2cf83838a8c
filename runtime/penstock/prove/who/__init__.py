"""Who can spend: what each way to acceptance demands of the spender, read from the script alone."""
