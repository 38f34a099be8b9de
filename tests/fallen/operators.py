"""The people of a run: operators who invite without a pause, somebody who listens, and whoever watches."""

import http.client
import json
import threading
import time

from machines import ask

DONE, REFUSED, UNREACHABLE = 0, 4, 6


class Try:
    """One command of an operator."""

    def __init__(self, email, begun, ended, done):
        self.email, self.begun, self.ended = email, begun, ended
        self.exit, self.error = done.returncode, done.stderr.strip()
        self.user = json.loads(done.stdout)["user"]["id"] if done.returncode == DONE else None

    def __str__(self):
        return f"{self.email}: exit {self.exit} after {self.ended - self.begun:.1f} s: {self.error}"


class Operator(threading.Thread):
    """Invites one person after the other with the real client, each until an answer came."""

    def __init__(self, number, machines, token, stop):
        super().__init__(daemon=True)
        self.number, self.machines, self.token, self.stop = number, machines, token, stop
        self.tries = []

    def run(self):
        count = 0
        while not self.stop.is_set():
            count += 1
            email = f"person{count}@operator{self.number}.example.org"
            while not self.stop.is_set() and self.invite(email, count).exit == UNREACHABLE:
                pass

    def invite(self, email, count):
        arguments = ["--json", "invite", "--email", email, "--first-name", "Ann", "--last-name", f"Lee {count}"]
        begun = time.monotonic()
        done = self.machines.command(*arguments, token=self.token)
        made = Try(email, begun, time.monotonic(), done)
        self.tries.append(made)
        return made

    def answered(self):
        return {made.email: made for made in self.tries if made.exit == DONE}

    def longest_gap(self):
        """The longest that the operator waited for the next invitation to be answered."""
        ends = [made.ended for made in self.tries if made.exit == DONE]
        return max((later - earlier for earlier, later in zip(ends, ends[1:])), default=0.0)


class Clerk(threading.Thread):
    """Enrols all active users in one course after the other: each a job of the server."""

    def __init__(self, machines, token, courses, stop):
        super().__init__(daemon=True)
        self.machines, self.token, self.courses, self.stop = machines, token, courses, stop
        self.enrolled = []

    def run(self):
        for course in self.courses:
            if self.stop.is_set():
                return
            command = ["--json", "--yes", "enrol", "--status", "active", "--course", course]
            self.enrolled.append(self.machines.command(*command, token=self.token, seconds=300))


class Listener(threading.Thread):
    """Listens to the events of the workspace, and again whenever the line breaks."""

    def __init__(self, machines, token, workspace, stop):
        super().__init__(daemon=True)
        self.machines, self.token, self.stop = machines, token, stop
        self.path = f"/api/v1/workspaces/{workspace}/events"
        self.connected = []
        self.heard = []

    def run(self):
        while not self.stop.is_set():
            try:
                self.listen()
            except (OSError, http.client.HTTPException):
                pass
            self.stop.wait(0.5)

    def listen(self):
        host, _, port = self.machines.people.partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        try:
            connection.request("GET", self.path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            if answer.status != 200:
                return
            self.connected.append(time.monotonic())
            for line in answer:
                if line.startswith(b"data:"):
                    self.heard.append((time.monotonic(), json.loads(line[5:])))
                if self.stop.is_set():
                    return
        finally:
            connection.close()

    def users_heard_of(self, since):
        return {user for at, event in self.heard if at >= since for user in event.get("users", [])}

    def may_have_missed(self, since):
        return any(at >= since and event["kind"] == "everything" for at, event in self.heard)


class Watcher(threading.Thread):
    """Asks every instance whether it is ready, all the time."""

    def __init__(self, machines, stop):
        super().__init__(daemon=True)
        self.machines, self.stop = machines, stop
        self.seen = {name: [] for name in machines.instances}

    def run(self):
        while not self.stop.wait(0.3):
            for name, address in self.machines.instances.items():
                status = ask(address, "/readyz", 8)[0]
                if not self.seen[name] or self.seen[name][-1][1] != status:
                    self.seen[name].append((time.monotonic(), status))

    def statuses(self, name, since):
        return [status for at, status in self.seen[name] if at >= since]
