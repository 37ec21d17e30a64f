"""A thread of the worker that follows the archive, beside its tasks."""

from threading import Event, Thread


class Follower(Thread):
    """Looks again and again; `stop` ends it after the look that it is in."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.ended = Event()

    def run(self) -> None:
        pause: float = 0
        while not self.ended.wait(pause):
            pause = self.look()

    def stop(self) -> None:
        self.ended.set()
        self.join()

    def look(self) -> float:
        """Do what is to be done if the archive changed; return seconds until the next look."""
        raise NotImplementedError
