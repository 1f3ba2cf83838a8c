"""Exhaustive model of the safe channel: the shipped machines, with all orders of messages, blocks and crashes.

A run has honest and lying sides. The machines of the honest ones are those of `penstock.channel.safe.protocol`; a liar
calls them in any order with all that it could make. Blocks take any valid transactions that it or the honest side could
publish; one of the honest side waits L blocks at most, and R times the newest block is undone.
"""
