"""A Django database backend that reads from replicas of the primary.

monitor.py             check every second which replicas answer and are up to date
base.py                connect each thread to such a replica, or else to the primary
replica_middleware.py  answer a request again if its connection broke; let curators read the primary

None of it is loaded if READER_DATABASE_URL names one host (docs/deployment.md).
"""
