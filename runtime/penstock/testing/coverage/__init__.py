"""Coverage of contracts: which functions, requirements, branches and signature checks the tests have seen, and how."""
