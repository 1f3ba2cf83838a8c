"""Other engines as judges: Bitcoin Core, bsv-sdk, bitcoinx, the official SDKs."""
