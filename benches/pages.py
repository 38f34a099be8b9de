#!/usr/bin/env python3
"""Pages of users over HTTP: every sort with every filter, counts, and searches as one types, on a small and
on a large database in turn. Prints p50 and p99 of both, in milliseconds, and their ratios, as Markdown.

    admit seed --database sqlite:thousand.db --users 1000
    admit seed --database sqlite:million.db --users 1000000 --units 2000 --groups 200 --courses 100000
    benches/pages.py --admit target/release/admit --small sqlite:thousand.db --large sqlite:million.db
"""

import argparse
import http.client
import json
import subprocess
import tempfile
import time
from urllib.parse import urlencode

SORTS = ["name", "email", "status", "roles", "unit", "groups", "expires", "invited", "last_active", "delivery"]
SECOND = ["status,name", "roles,-last_active", "unit,name", "groups,email", "name,-invited", "delivery,name"]
TYPED = ["smith", "zoe", "alvarez", "jose garcia", "jurgen", "kowalski", "o'brien", "smiht", "example.org", "王"]


class Server:
    """An `admit serve` on a port of its own, and a connection to it."""

    def __init__(self, admit, database, folder):
        email = "admin@example.org"
        token = subprocess.run([admit, "token", "create", "--database", database, "--email", email],
                               check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
        self.headers = {"Authorization": "Bearer " + token.split()[-1]}
        self.process = subprocess.Popen(
            [admit, "serve", "--listen", "127.0.0.1:0", "--database", database, "--mail-dir", folder + "/mail",
             "--secret-file", folder + "/secret"], stderr=subprocess.PIPE, text=True)
        line = ""
        while "listening on http://" not in line:
            line = self.process.stderr.readline()
            if not line:
                raise SystemExit("the server did not start")
        self.line = http.client.HTTPConnection(line.rsplit("http://", 1)[1].strip(), timeout=60)

    def get(self, path, **query):
        """The answer, and how many milliseconds it took. A limit of the rate is waited for, outside of the time."""
        target = "/api/v1/workspaces/academy/" + path + ("?" + urlencode(query) if query else "")
        while True:
            begin = time.perf_counter()
            self.line.request("GET", target, headers=self.headers)
            answer = self.line.getresponse()
            body = answer.read()
            took = (time.perf_counter() - begin) * 1000
            if answer.status == 429:
                time.sleep(float(answer.getheader("Retry-After", "1")))
                continue
            if answer.status != 200:
                raise SystemExit(f"{target}: {answer.status} {body.decode()}")
            return json.loads(body), took

    def stop(self):
        self.process.terminate()
        self.process.wait()


def quantile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def filters(server):
    """Filters by what this database has."""
    units, _ = server.get("units", limit=10)
    groups, _ = server.get("groups", limit=2)
    named = {unit["path"]: unit["id"] for unit in units["items"]}
    top = min(named)
    yield "none", {}
    for status in ["active", "invited", "pending", "cancelled", "expired", "deleted", "active,expired"]:
        yield "status " + status, {"status": status}
    for role in ["manager", "admin", "learner"]:
        yield "role " + role, {"role": role}
    yield "unit, large", {"unit": named[top]}
    yield "unit, small", {"unit": named[max(named, key=lambda path: path.count("›"))]}
    yield "group", {"group": groups["items"][0]["id"]}
    yield "link expired", {"link_expired": "true"}
    yield "expires before", {"expires_before": "2027-03-01"}
    yield "search an", {"search": "an"}
    yield "search smith", {"search": "smith"}
    yield "unit + active + search", {"unit": named[top], "status": "active", "search": "ma"}


def measure(servers, rounds, asked):
    """What was asked of both, in turn: the times of each. It is asked once more before, so that what was never
    read from the disk is not among it."""
    times = ([], [])
    for round in range(1 + rounds):
        for server, queries, own in zip(servers, asked, times):
            took = [server.get(path, **query)[1] for path, query in queries]
            own.extend(took if round else [])
    return times


def row(name, times):
    small, large = times
    p50, p99 = [(quantile(small, share), quantile(large, share)) for share in (0.5, 0.99)]
    print(f"| {name} | {p50[0]:.1f} | {p50[1]:.1f} | {p50[1] / p50[0]:.1f} | {p99[0]:.1f} | {p99[1]:.1f} "
          f"| {p99[1] / p99[0]:.1f} |", flush=True)
    return p50[1] / p50[0], p99[1] / p99[0]


def places(server, query):
    """The same list at its beginning, its end, far inside, and one page on and back."""
    yield "users", query
    yield "users", {**query, "last": "true"}
    last, _ = server.get("users", **query, last="true")
    if last.get("previous"):
        yield "users", {**query, "cursor": last["previous"]}
    first, _ = server.get("users", **query)
    if first["next"]:
        yield "users", {**query, "cursor": first["next"]}
    if query["sort"].lstrip("-").split(",")[0] in ("name", "email"):
        yield "users", {**query, "from": "m"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--admit", default="target/release/admit")
    parser.add_argument("--small", required=True)
    parser.add_argument("--large", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        servers = [Server(options.admit, database, folder) for database in (options.small, options.large)]
        try:
            report(servers, options.rounds)
        finally:
            for server in servers:
                server.stop()


def report(servers, rounds):
    head = "| {} | p50 small | p50 large | ratio | p99 small | p99 large | ratio |\n|---|---|---|---|---|---|---|"
    ratios = []
    own = [dict(filters(server)) for server in servers]
    print("Each filter over every sort, both directions, at the first, last, next, previous and a jumped-to page\n")
    print(head.format("filter"))
    by_sort = {}
    for name in own[0]:
        whole = ([], [])
        for sort in [sign + column for column in SORTS for sign in ("", "-")] + SECOND:
            asked = [list(places(server, {**own[n][name], "sort": sort, "limit": 50})) for n, server in enumerate(servers)]
            times = measure(servers, rounds, asked)
            for kept, more, line in zip(whole, times, by_sort.setdefault(sort, ([], []))):
                kept.extend(more)
                line.extend(more)
        rows = len(servers[0].get("users", **own[0][name], limit=50)[0]["items"])
        ratios.append(row(name if rows == 50 else f"{name} ({rows} rows of the small one)", whole))
    print("\nEach sort over every filter\n")
    print(head.format("sort"))
    for sort, times in by_sort.items():
        row(sort, times)
    print("\nCounts by status\n")
    print(head.format("filter"))
    for name in own[0]:
        row(name, measure(servers, rounds * 4, [[("users/counts", own[n][name])] for n in range(2)]))
    print("\nSearch as one types, letter by letter: the page and the counts\n")
    print(head.format("typed"))
    for text in TYPED:
        asked = [(path, {"search": text[:end]}) for end in range(1, len(text) + 1) for path in ("users", "users/counts")]
        row(text, measure(servers, rounds, [asked, asked]))
    print(f"\nfilters within 2x: p50 {sum(p50 <= 2 for p50, _ in ratios)} of {len(ratios)}, "
          f"p99 {sum(p99 <= 2 for _, p99 in ratios)} of {len(ratios)}")


if __name__ == "__main__":
    main()
