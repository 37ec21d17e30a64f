"""Break a room on five machines on purpose, and print what its readers and curators noticed.

    python -m tests.faults.cluster_drills [--only WORD ...] [--past-etcd] [--postgres FOLDER]

While each fault lasts, eight readers read from both web machines, a curator withholds one cable
after the other, and the workers withhold 500 cables in one decision. A request has failed if
neither web machine answered it. Prints a table in Markdown.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.cluster import ADDRESSES, DATABASES, PATH, WEBS, Cluster, missing, wait_until
from tests.faults.cluster import READERS as READER_PORTS
from tests.paths import PROJECT
from tests.source_files import csv_file, csv_record

READERS = 8
LAG = 5  # Seconds: REPLICA_LAG, by default.
SINGLE, MANY = 240, 500  # Cables of a drill that are withheld one by one, and in one decision.
LOADED = 600  # Cables that one drill loads.
REASON = "It names a witness."
BEFORE, AFTER = 5, 8  # Seconds of reading before a fault, and after its end.
ANSWERS = (200, 410)  # 410: a cable that is withheld.
PATIENCE = 25  # Seconds that a reader waits for an answer.
ROOM = """
import json, sys, time
from django.contrib.auth.models import User
from django.db import connection, connections
from cables.models import Cable, Change, BulkDecision, Collection, Load, withhold_all
"""
WITHHOLD_ONE_BY_ONE = """
for reference in {references!r}:
    while True:
        begun = time.monotonic()
        try:
            withhold_all(Cable.objects.filter(reference=reference), {reason!r})
        except Exception as error:
            print(json.dumps(["failed", type(error).__name__, begun]), flush=True)
            connection.close()
            time.sleep(0.3)
        else:
            print(json.dumps([reference, begun, time.monotonic()]), flush=True)
            break
    time.sleep(0.15)
"""
WITHHOLD_MANY = """
from cables.decisions.batches import carry_out_decision, choose_for_decision, preview_decision
user = User.objects.get_or_create(username="curator", is_superuser=True, is_staff=True)[0]
keys = Cable.objects.filter(reference__in={references!r}).values_list("pk", flat=True)
decision = choose_for_decision("withhold", keys, user)
preview_decision(decision, {{}}, {reason!r})
carry_out_decision(decision)
print(decision.pk)
"""
LOAD = """
from cables.operations.tasks import apply_load, defer_load, file_queue
user = User.objects.get(username="curator")
load = Load.objects.create(collection=Collection.objects.first(), file={file!r}, by=user,
    state=Load.State.WAITING, queue=file_queue(), size=1)
defer_load(apply_load, load)
print(load.pk)
"""
COUNT = """
references = {references!r}
lost = set(references) - set(
    Cable.objects.filter(reference__in=references).exclude(withheld_reason="")
    .values_list("reference", flat=True))
decision = BulkDecision.objects.get(pk={decision})
changes = Change.objects.filter(reference__in={many!r}, action="withheld")
told = list(changes.values_list("reference", flat=True))
load = Load.objects.filter(pk={load}).first()
loaded = Cable.objects.filter(reference__startswith="10ROME9").count()
print(json.dumps([len(lost), decision.state, len(told), len(set(told)),
    [load.state, load.problem] if load else None, loaded]))
"""
SIGN_IN = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.conf import settings
user = User.objects.get_or_create(username="curator", is_superuser=True, is_staff=True)[0]
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""


@dataclass
class Told:
    """What was noticed during a fault. Times are of time.monotonic()."""

    statuses: Counter = field(default_factory=Counter)  # Of single answers.
    requests: int = 0
    failed: int = 0
    slowest: float = 0.0
    confirmed: dict[str, float] = field(default_factory=dict)  # {reference: when}
    begun: float = 0.0
    pause: float = 0.0  # The longest time without a confirmed decision.
    too_long: int = 0  # Answers that showed a withheld text later than REPLICA_LAG.
    longest: float = 0.0  # Seconds after the decision that one was shown.
    errors: Counter = field(default_factory=Counter)


class Crowd:
    """Readers and a curator who ask without a pause until they are told to stop."""

    PAGES = ("/", "/search/?q=harbor", "/tag/PREL/")

    def __init__(self, told: Told, session: str):
        self.told, self.session = told, session
        self.ended, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.read, args=[n]) for n in range(READERS)]
        self.threads.append(threading.Thread(target=self.curate))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def read(self, number: int):
        turn = number
        while not self.ended.is_set():
            turn += 1
            decided = [*self.told.confirmed.items()]
            if turn % 2 and decided:
                reference, when = decided[-1 - turn % min(3, len(decided))]
                self.ask_both(turn, f"/cable/{reference}/", when)
            else:
                self.ask_both(turn, self.PAGES[turn % len(self.PAGES)])
            time.sleep(0.05)

    def ask_both(self, turn: int, path: str, when: float = 0):
        """Ask one web machine, and the other if that fails, as a balancer does."""
        webs = [*WEBS][:: 1 if turn // 2 % 2 else -1]
        begun = time.monotonic()
        for web in webs:
            asked = time.monotonic()
            status, text = ask(web, path)
            with self.lock:
                self.told.statuses[status] += 1
                if status == 500:
                    self.told.errors[path.split("?")[0][:12]] += 1
            if status in ANSWERS:
                if when and REASON not in text:
                    self.shown(asked - when)
                break
        with self.lock:
            self.told.requests += 1
            self.told.failed += status not in ANSWERS
            self.told.slowest = max(self.told.slowest, time.monotonic() - begun)

    def shown(self, late: float):
        with self.lock:
            self.told.too_long += late > LAG
            self.told.longest = max(self.told.longest, late)

    def curate(self):
        """Read the desk: it may answer 503 while there is no leader, but no 500."""
        while not self.ended.is_set():
            for web in WEBS:
                for path in ("/admin/", "/admin/cables/cable/", "/admin/cables/load/"):
                    status, _ = ask(web, path, f"sessionid={self.session}")
                    with self.lock:
                        self.told.errors[f"desk {status}"] += status not in (200, 503, 0)
            time.sleep(0.3)


def ask(web: str, path: str, cookie: str = "") -> tuple[int, str]:
    """Return the status and the text of an answer; status 0 if there is none."""
    headers = {"Cookie": cookie} if cookie else {}
    request = urllib.request.Request(f"http://{ADDRESSES[web]}:8000{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


class Deciding:
    """A curator's program on a web machine that withholds cables one by one; used with `with`."""

    def __init__(self, cluster: Cluster, told: Told, references: list[str], web: str):
        self.told = told
        code = ROOM + WITHHOLD_ONE_BY_ONE.format(references=references, reason=REASON)
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        self.process = subprocess.Popen(
            cluster[web].inside(*command),
            **{"cwd": PROJECT, "env": {"PATH": PATH} | cluster.environment, "text": True},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL},
        )
        self.thread = threading.Thread(target=self.follow)

    def follow(self):
        last = None
        for line in self.process.stdout:
            what, begun, when = json.loads(line)
            if what == "failed":
                self.told.errors[begun] += 1
                continue
            self.told.confirmed[what] = when
            if last:
                self.told.pause = max(self.told.pause, when - last)
            last = when

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: len(self.told.confirmed) > 3)

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()
        self.thread.join()


Fault = Callable[[Cluster], Callable[[], object] | None]
DRILLS: dict[str, tuple[Fault, str, int]] = {}


LAGGING = "/replica?lag=1MB"  # What HAProxy asks for its port for replicas.
WITHHELD = "SELECT count(*) FROM cables_cable WHERE withheld_reason <> ''"


def say(words: str):
    print(words, file=sys.stderr, flush=True)


def drill(title: str, *, writer="web1", seconds=0):
    """Register a fault. It returns how to mend it, after so many seconds, or None."""

    def register(fault: Fault) -> Fault:
        DRILLS[title] = (fault, writer, seconds)
        return fault

    return register


@drill("nothing", seconds=5)
def nothing(cluster):
    return None


@drill("the leader's PostgreSQL is killed (-9)", seconds=30)
def kill_postgres(cluster):
    cluster.kill_postgres(cluster.leader())


@drill("the leader's machine loses power", seconds=60)
def power_off(cluster):
    leader = cluster[cluster.leader()]
    leader.kill_all()
    return leader.start


@drill("a replica's machine loses power", seconds=30)
def replica_off(cluster):
    replica = cluster[cluster.replicas()[0]]
    replica.kill_all()
    return replica.start


@drill("the leader's machine is cut off, and lives", seconds=70)
def cut_leader(cluster):
    leader = cluster.leader()
    others = set(ADDRESSES) - {leader}
    cluster.part([leader], others)
    return lambda: cluster.part([leader], others, whole=True)


@drill("the leader and web2 are cut off together", seconds=80)
def cut_half(cluster):
    half = {cluster.leader(), "web2"}
    others = set(ADDRESSES) - half
    cluster.part(half, others)
    return lambda: cluster.part(half, others, whole=True)


@drill("a replica and web2 are cut off together", seconds=60)
def cut_replica(cluster):
    replica = cluster.replicas()[0]
    half = {replica, "web2"}
    others = set(ADDRESSES) - half
    cluster.part(half, others)

    def mend():
        say(f"/replica of the machine that is cut off: {cluster.status(replica, LAGGING)}")
        cluster.part(half, others, whole=True)

    return mend


@drill("etcd has no majority", seconds=60)
def etcd_without_majority(cluster):
    stopped = [cluster[name] for name in DATABASES[:2]]
    for machine in stopped:
        machine.stop("etcd")
    return lambda: [machine.start("etcd") for machine in stopped]


@drill("etcd has no majority, and the leader's PostgreSQL is killed", seconds=40)
def etcd_and_leader(cluster):
    mend = etcd_without_majority(cluster)
    time.sleep(15)
    cluster.kill_postgres(cluster.leader())
    return mend


@drill("the leader's disk is full", seconds=50)
def full_disk(cluster):
    filler = cluster[cluster.leader()].folder / "disk" / "filler"
    subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=1M"], capture_output=True)
    return filler.unlink


@drill("the clocks of the leader and of web2 are an hour ahead", seconds=30)
def wrong_clock(cluster):
    return cluster.wrong_clock()


@drill("replicas do not replay", seconds=20)
def paused(cluster):
    replicas = cluster.replicas()
    for name in replicas:
        cluster.execute(name, "SELECT pg_wal_replay_pause()")
    since = time.monotonic()

    def mend():
        withheld = [cluster.execute(name, WITHHELD) for name in [*replicas, cluster.leader()]]
        told = [cluster.status(name, LAGGING) for name in replicas]
        say(f"/replica after {time.monotonic() - since:.0f} s: {told}, withheld there: {withheld}")
        for name in replicas:
            cluster.execute(name, "SELECT pg_wal_replay_resume()")

    return mend


@drill("both replicas are stopped, etcd is not", seconds=25)
def alone(cluster):
    replicas = [cluster[name] for name in cluster.replicas()]
    for machine in replicas:
        machine.stop("patroni")
    return lambda: [machine.start("patroni") for machine in replicas]


@drill("two database machines lose power", seconds=40)
def two_off(cluster):
    lost = [cluster[cluster.leader()], cluster[cluster.replicas()[0]]]
    for machine in lost:
        machine.kill_all()
    return lambda: [machine.start() for machine in lost]


@drill("PgBouncer is restarted on both web machines", seconds=5)
def pgbouncer(cluster):
    for name in WEBS:
        cluster[name].restart("pgbouncer", signal.SIGQUIT)  # As pgbouncer-stop.conf says.


@drill("a web machine loses power, with its worker", seconds=25)
def web_off(cluster):
    machine = cluster["web2"]
    machine.kill_all()
    return machine.start


@drill("another leader is chosen by hand", seconds=15)
def switchover(cluster):
    cluster.switch_to(cluster.replicas()[0])


@drill("a database machine is lost for good and replaced", seconds=15)
def replaced(cluster):
    cluster.replace(cluster.replicas()[0])


RESTORED = "a restore to a time between two decisions"


class Drills:
    """Takes cables of our own making, new ones for each drill."""

    def __init__(self, cluster: Cluster, drills: int):
        self.cluster = cluster
        folder = cluster.folder / "sources"
        need = drills * (SINGLE + MANY)
        self.references = [f"09ROME{900_000 + n}" for n in range(1, need + 1)]
        file = csv_file(folder, *map(csv_record, self.references))
        cluster.manage("load_cables", str(file), timeout=500)
        cluster.manage("update_index")
        self.session = self.shell(SIGN_IN).strip()
        loaded = [csv_record(f"10ROME{900_000 + n}") for n in range(LOADED)]
        self.file = csv_file(folder, *loaded, name="more.csv")

    def shell(self, code: str, **values) -> str:
        written = ROOM + (code.format(**values) if values else code)
        return self.cluster.manage("shell", "--no-imports", "-c", written)

    def run(self, title: str) -> list[str]:
        """Run one drill, and return the row of the table."""
        fault, writer, seconds = DRILLS[title]
        told, cluster = Told(), self.cluster
        single, self.references = self.references[:SINGLE], self.references[SINGLE:]
        many, self.references = self.references[:MANY], self.references[MANY:]
        load = 0
        with Crowd(told, self.session), Deciding(cluster, told, single, writer):
            time.sleep(BEFORE)
            decision = int(self.shell(WITHHOLD_MANY, references=many, reason=REASON))
            if "killed (-9)" in title:
                load = int(self.shell(LOAD, file=str(self.file)))
            mend = fault(cluster)
            time.sleep(seconds)
            if mend:
                mend()
            wait_until(cluster.is_whole, cluster.complaint, 180)
            time.sleep(AFTER)
        state = []

        def is_done():
            state[:] = self.count(told, decision, many, load)
            return state[1] == "done" and (not load or state[4][0] == "finished")

        try:
            wait_until(is_done, seconds=120)
        except AssertionError:
            say(f"{title}: the job did not end: {state}")
        return self.row(title, told, state)

    def restore(self) -> str:
        """Withhold a cable before and one after a time, restore to it, and say what is so then."""
        before, after, *self.references = self.references
        if self.cluster.leader() == "db1":  # It shall get the backup of another machine.
            self.cluster.switch_to(self.cluster.replicas()[0])
            wait_until(self.cluster.is_whole, self.cluster.complaint, 180)
        self.cluster.backup()
        withhold = "withhold_all(Cable.objects.filter(reference={reference!r}), {reason!r})"
        self.shell(withhold, reference=before, reason=REASON)
        time.sleep(2)
        moment = self.cluster.execute(self.cluster.leader(), "SELECT now()")
        time.sleep(2)
        self.shell(withhold, reference=after, reason=REASON)
        begun = time.monotonic()
        self.cluster.restore_to(moment)
        took = time.monotonic() - begun
        pages = [
            REASON in ask(web, f"/cable/{each}/")[1] for web in WEBS for each in (before, after)
        ]
        is_right = pages == [True, False] * 2
        return f"{RESTORED}: {'as it was' if is_right else pages}, after {took:.0f} seconds"

    def count(self, told: Told, decision: int, many: list[str], load: int):
        values = {"references": [*told.confirmed], "decision": decision, "many": many}
        return json.loads(self.shell(COUNT, **values, load=load))

    def row(self, title: str, told: Told, state: list) -> list[str]:
        lost, job, entries, cables = state[:4]
        lost += MANY - cables if job == "done" else 0
        say(f"{title}: {told.statuses} {dict(told.errors)} {state}")
        return [
            title,
            f"{told.requests:,}",
            str(told.failed),
            str(told.statuses[500] + sum(told.errors[e] for e in told.errors if "desk" in e)),
            f"{told.slowest:.0f}",
            f"{told.pause:.0f}",
            f"{len(told.confirmed) + cables:,}",
            str(lost),
            f"{told.too_long} ({told.longest:.1f} s)",
            str(entries - cables),
        ]


HEADING = (
    "broken", "requests", "failed", "answered 500", "slowest, s", "no decision for, s",
    "decisions", "lost", "withheld shown too long", "done twice",
)  # fmt: skip


def main(only: list[str], readers: str):
    if lacks := missing():
        sys.exit(f"NOT RUN, nothing was broken: this machine lacks {', '.join(lacks)}.")
    with Cluster(readers) as cluster:
        chosen = [title for title in DRILLS if any(word in title for word in only)]
        drills = Drills(cluster, len(chosen) + 1)
        print("| " + " | ".join(HEADING) + " |", "|" + " --- |" * len(HEADING), sep="\n")
        for title in chosen:
            print("| " + " | ".join(drills.run(title)) + " |", flush=True)
        if any(word in RESTORED for word in only):
            print(f"\n{drills.restore()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", help="drills whose titles have one of these")
    parser.add_argument("--past-etcd", action="store_true", help="web machines do not ask etcd")
    parser.add_argument("--postgres", type=Path, help="the folder of initdb; else Debian's newest")
    given = parser.parse_args()
    if given.postgres:
        os.environ["PG_BINDIR"] = str(given.postgres)
    main(given.only or [""], ",".join(DATABASES) if given.past_etcd else READER_PORTS)
