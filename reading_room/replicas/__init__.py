"""A Django database backend that finds the primary, and reads from replicas of it.

server.py              ask one server for its state, its past and its timeline
monitor.py             check every second which is the primary, and which replicas can be trusted
base.py                connect each thread to such a replica, or else to the primary
replica_middleware.py  answer a request again if its connection broke; let curators read the primary

None of it is loaded where both addresses name the same single host (docs/deployment.md).
"""
