"""Compare WSGI servers on the real site: `python -m benchmarks.servers [URL PATH…]`.

Starts each server that is installed on a copy of the demo organisation, asks it from eight connections in
interleaved rounds, and prints requests a second and latencies. Gunicorn is not a requirement of the product:
install it to compare.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.databases import ROOT
from tests.servers import Site, copy_of_demo, free_port

CONNECTIONS, ROUNDS, SECONDS = 8, 5, 4
PATHS = ["/accounts/login/", "/principles/ask-early/"]
APPLICATION = "config.wsgi:application"
GRANIAN = f"granian --interface wsgi --no-ws --log-level error --port {{port}} {APPLICATION}"
GUNICORN = f"gunicorn --log-level error --bind 127.0.0.1:{{port}} {APPLICATION}"
COMMANDS = {
    "granian, 1 worker, 4 threads": f"{GRANIAN} --workers 1 --blocking-threads 4",
    "granian, 2 workers, 2 threads": f"{GRANIAN} --workers 2 --blocking-threads 2",
    "gunicorn, 2 sync workers": f"{GUNICORN} --workers 2",
    "gunicorn, 1 worker, 4 threads": f"{GUNICORN} --workers 1 --threads 4",
}


def start(command: str, site: Site) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    program, *words = command.format(port=port).split()
    path = shutil.which(program, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if path is None:
        raise FileNotFoundError(program)
    process = subprocess.Popen(
        [path, *words], cwd=ROOT, env=site.environment, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}"
    for _try in range(300):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1)
            return process, url
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{command} did not start")


def ask(url: str) -> list[float]:
    """Seconds of each request that one connection makes in one round."""
    session, taken = requests.Session(), []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        begin = time.perf_counter()
        session.get(url, timeout=30).raise_for_status()
        taken.append(time.perf_counter() - begin)
    return taken


def measure(url: str) -> list[float]:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return [second for taken in pool.map(ask, [url] * CONNECTIONS) for second in taken]


def main() -> None:
    database, remove = copy_of_demo("servers")
    site = Site(database)
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    paths = sys.argv[1:] or PATHS
    found: dict[tuple[str, str], list[list[float]]] = {}
    try:
        for _round in range(ROUNDS):
            for name, command in COMMANDS.items():
                try:
                    process, url = start(command, site)
                except FileNotFoundError as missing:
                    print(f"{name}: {missing} is not installed", file=sys.stderr)
                    continue
                for path in paths:
                    ask(url + path)
                    found.setdefault((name, path), []).append(measure(url + path))
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
    finally:
        remove()
    for (name, path), rounds in sorted(found.items(), key=lambda entry: entry[0][::-1]):
        rate = statistics.median(len(taken) / SECONDS for taken in rounds)
        middle = statistics.median(statistics.median(taken) for taken in rounds) * 1000
        slow = statistics.median(statistics.quantiles(taken, n=20)[-1] for taken in rounds) * 1000
        print(f"{path:28} {name:32} {rate:7.0f} /s   p50 {middle:6.1f} ms   p95 {slow:6.1f} ms")


if __name__ == "__main__":
    main()
