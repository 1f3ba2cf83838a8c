"""Service of safe channels: store, driver of both machines, keys from a seed. Files and databases are here alone.

It needs the extra `service` (`pip install 'penstock[service]'`), and `postgres` for a store on PostgreSQL.
"""
