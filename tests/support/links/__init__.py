"""Bad lines between a viewer and a provider: proxies that delay, cut, stall, alter bytes, and repeat messages."""
