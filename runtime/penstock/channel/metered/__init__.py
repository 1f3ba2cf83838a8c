"""Metered services: sold step by step, each step by a key that is its pass. A movie is one, with a chunk as its step.

| module    | task                                                                             |
|-----------|----------------------------------------------------------------------------------|
| `tariff`  | unit, units of a step, price of a unit                                           |
| `service` | a service for sale: a sealed movie of tickets, one for each step                 |
| `gate`    | grants units for passes; it knows the signed manifest alone, and counts use down |
"""
