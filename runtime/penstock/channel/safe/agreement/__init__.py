"""Agreement of the safe channel: terms with a range for each number, margins in blocks, the scripts of the protocol."""
