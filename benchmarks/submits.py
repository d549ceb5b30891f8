"""Two hundred people hand in at the same moment: `python -m benchmarks.submits [PEOPLE]`.

The real server (as `make run` starts it) on a database of its own; every request is sent 10 ms after the one
before, without waiting for an answer. Prints how long it took, whether everything arrived exactly once, and how
far the order of the answers is from the order of arrival. DATABASE_URL may name an empty PostgreSQL database.
"""

from __future__ import annotations

import json
import selectors
import socket
import statistics
import sys
import time
from dataclasses import dataclass

from benchmarks.sites import ITEMS, empty_site, people_at_the_quiz
from tests.servers import Site

PEOPLE = 200
# Seconds between requests. A hundred a second is several times what the server can grade, so a queue builds up
# at once. With shorter gaps the network itself changes the order of requests.
APART = 0.01
TOKEN = "a" * 32
FACTS = """
import json
from courses.models import CourseCompletion
from quizzes.models import Attempt, MarkEvent
done = Attempt.objects.filter(state="submitted", passed=True)
print("FACTS" + json.dumps([done.count(), MarkEvent.objects.count(), CourseCompletion.objects.count()]))
"""


@dataclass
class Visit:
    """One person's request: its place in the order of arrival, and when it was sent and answered (seconds)."""

    place: int
    connection: socket.socket
    sent: float = 0.0
    answered: float = 0.0
    reply: bytes = b""


def request_of(session: str, attempt: str) -> bytes:
    lines = [
        f"POST /quiz/{attempt}/submit/ HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: sessionid={session}; csrftoken={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
        "Content-Length: 0",
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def send_all(port: int, people: list[tuple[str, str]]) -> list[Visit]:
    """Connect everybody, send everything, then read the answers as they come."""
    waiting = selectors.DefaultSelector()
    visits = [
        Visit(place, socket.create_connection(("127.0.0.1", port))) for place in range(len(people))
    ]
    for visit, (session, attempt) in zip(visits, people, strict=True):
        visit.connection.sendall(request_of(session, attempt))
        time.sleep(APART)
        visit.sent = time.perf_counter()
        waiting.register(visit.connection, selectors.EVENT_READ, visit)
    while waiting.get_map():
        for key, _events in waiting.select(timeout=120):
            visit = key.data
            part = visit.connection.recv(65536)
            visit.reply += part
            if not part:
                visit.answered = time.perf_counter()
                waiting.unregister(visit.connection)
                visit.connection.close()
    return visits


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with empty_site() as url:
        people = people_at_the_quiz(number)
        from django.db import connections

        connections.close_all()
        site = Site(url).start()
        try:
            visits = send_all(site.port, people)
            printed = site.manage("shell", "--no-imports", "-c", FACTS).stdout
        finally:
            site.kill()
    passed, marks, completions = json.loads(printed.rpartition("FACTS")[2])
    tell(visits, number)
    print(f"{passed} results, {marks} marks, {completions} completions for {number} people")
    if (passed, marks, completions) != (number, number * ITEMS, number):
        raise SystemExit("Something was lost or came twice.")


def tell(visits: list[Visit], number: int) -> None:
    told = sum(b"/result/" in visit.reply.split(b"\r\n\r\n", 1)[0] for visit in visits)
    print(f"{told} of {number} were led to their result")
    whole = max(visit.answered for visit in visits) - min(visit.sent for visit in visits)
    print(f"{whole:.1f} s for all of them, {number / whole:.0f} a second")
    finished = sorted(visits, key=lambda visit: visit.answered)
    away = [abs(place - visit.place) for place, visit in enumerate(finished)]
    print(
        f"places away from the order of arrival: median {statistics.median(away)}, most {max(away)}"
    )


if __name__ == "__main__":
    main()
