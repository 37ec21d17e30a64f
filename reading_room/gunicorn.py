"""What Gunicorn does beyond its command line (docs: gunicorn.org, Server Hooks)."""

from django.db import OperationalError, connections


def post_worker_init(worker):
    """Read the facts and the counts of all cables before the first reader comes.

    Without PostgreSQL the process starts all the same: the first search will read them.
    """
    from cables.columns import columns_of
    from cables.tallies import Tallies

    try:
        tallies = Tallies()
        tallies.read_ahead()
        columns_of(tallies.state).read_ahead()
    except OperationalError as error:
        worker.log.warning("The facts of the cables are read later: %s", error)
    finally:
        connections.close_all()
