#!/usr/bin/env python3
"""What an organisation runs, with machines that fall: three instances of admit behind HAProxy, PostgreSQL
with a synchronous replica under Patroni. Operators invite without a pause while an instance and then the
primary are killed. Nothing that was answered may be missing or there twice, nobody may be mailed twice.

    python3 tests/fallen/run.py [--keep] [path of admit]

Installs what it needs by name (as root), makes everything in a temporary folder on loopback, and ends all
of it on every way out."""

import argparse
import collections
import json
import signal
import sys
import threading
import time

from machines import Failed, Machines, install_missing, wait_for
from mail import Letterbox
from operators import DONE, REFUSED, UNREACHABLE, Clerk, Listener, Operator, Watcher

OPERATORS = 3
LISTENERS = 3
# In the sample; most of them are active.
USERS = 400


class Run:
    """One run, and what was seen of it."""

    def __init__(self, machines):
        self.machines = machines
        self.began = time.monotonic()
        self.stop, self.over = threading.Event(), threading.Event()
        self.faults = []

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def expect(self, is_so, what):
        if not is_so:
            self.faults.append(what)

    def set_up(self):
        machines = self.machines
        machines.start_etcd()
        machines.start_proxy()
        machines.start_database("a")
        wait_for("a primary", machines.primary, 60)
        machines.start_database("b")
        wait_for("a synchronous replica", machines.has_replica, 60)
        password = machines.passwords["admit"]
        for text in (f"CREATE ROLE admit LOGIN PASSWORD '{password}'",
                     "CREATE DATABASE admit OWNER admit TEMPLATE template0 ENCODING 'UTF8'"):
            machines.sql(text, role="postgres", database="postgres")
        machines.host("seed", "--users", str(USERS))
        self.token = machines.host("token", "create", "--email", "admin@example.org")
        self.mail = Letterbox()
        machines.mail = self.mail.address
        for name in machines.instances:
            machines.start_instance(name)
            wait_for(f"instance {name}", lambda: machines.is_ready(name), 30)
        who = json.loads(machines.command("--json", "whoami", token=self.token).stdout)
        self.workspace = who["workspaces"][0]["slug"]
        self.say(f"the set-up stands: {USERS} users, three instances, a primary and its replica")

    def people_come(self):
        machines = self.machines
        self.watcher = Watcher(machines, self.over)
        self.watcher.start()
        self.listeners = []
        for _ in range(LISTENERS):
            self.add_listener()
        self.operators = [Operator(n, machines, self.token, self.stop) for n in range(1, OPERATORS + 1)]
        for operator in self.operators:
            operator.start()
        courses = machines.rows("SELECT title FROM courses GROUP BY title HAVING count(*) = 1 ORDER BY title")
        self.clerk = Clerk(machines, self.token, [row["title"] for row in courses], self.stop)
        self.clerk.start()
        wait_for("the first invitations", lambda: all(len(o.answered()) > 2 for o in self.operators), 60)

    def add_listener(self):
        listener = Listener(self.machines, self.token, self.workspace, self.over)
        self.listeners.append(listener)
        listener.start()
        wait_for("a listener", lambda: listener.connected, 10)

    def job_at_work(self):
        """A job that has come to some of its users and not to all."""
        select = """SELECT id, done + unchanged + refused AS users FROM jobs
            WHERE dry_run = 0 AND state = 'running' AND done > 0 AND done + unchanged + refused < total"""
        return next(iter(self.machines.rows(select)), None)

    def instance_at_work(self):
        """The instance that works at a job right now."""
        before = {name: self.machines.metric(name, "admit_job_users_total") for name in self.machines.instances}
        wait_for("a job at work", self.job_at_work, 120)
        return next((name for name, users in before.items()
                     if self.machines.metric(name, "admit_job_users_total") > users), None)

    def instance_falls(self):
        machines = self.machines
        name = wait_for("an instance at work", self.instance_at_work, 120)
        while machines.metric(name, "admit_event_listeners") == 0:
            self.add_listener()
        streams = sum(len(listener.connected) for listener in self.listeners)
        job = wait_for("a job at work", self.job_at_work, 120)
        self.instance_fell = time.monotonic()
        machines.fell_instance(name)
        self.say(f"instance {name} killed, while a job had come to {job['users']} users")
        settled = f"SELECT done + unchanged + refused > {job['users']} FROM jobs WHERE id = '{job['id']}'"
        wait_for("the job to go on", lambda: machines.sql(settled) == "t", 60)
        self.say(f"the job goes on at another instance, {time.monotonic() - self.instance_fell:.1f} s after")
        wait_for("the listeners", lambda: sum(len(listener.connected) for listener in self.listeners) > streams, 20)
        return name

    def primary_falls(self):
        machines = self.machines
        fallen = machines.primary()
        wait_for("a job at work", self.job_at_work, 120)
        self.primary_fell = time.monotonic()
        machines.fell_database(fallen)
        self.say(f"primary {fallen} killed, PostgreSQL and Patroni at once")
        promoted = wait_for("a new primary", machines.primary, 90)
        self.promotion = time.monotonic() - self.primary_fell
        self.say(f"{promoted} promoted after {self.promotion:.1f} s")
        up = [name for name in machines.instances if f"admit-{name}" in machines.running]
        wait_for("ready instances", lambda: all(machines.is_ready(name) for name in up), 60)
        self.ready_again = time.monotonic()
        self.say(f"the instances are ready again, {self.ready_again - self.primary_fell:.1f} s after the fall")
        for name in up:
            seen = self.watcher.statuses(name, self.primary_fell)
            self.expect(503 in seen, f"/readyz of {name} never said 503 while there was no primary: {seen}")
        return fallen

    def all_come_back(self, instance, database):
        machines = self.machines
        machines.start_instance(instance)
        wait_for(f"instance {instance}", lambda: machines.is_ready(instance), 60)
        machines.start_database(database)
        wait_for("a synchronous replica", machines.has_replica, 90)
        self.say(f"instance {instance} and database {database} are back, the latter as replica")

    def people_go(self):
        before = {operator: len(operator.answered()) for operator in self.operators}
        self.calm = time.monotonic()
        wait_for("more invitations", lambda: all(len(o.answered()) > before[o] + 3 for o in self.operators), 120)
        self.stop.set()
        for thread in [*self.operators, self.clerk]:
            thread.join(200)
            if thread.is_alive():
                raise Failed(f"{thread} goes on and on")
        wait_for("the listeners to hear of the last invitations", lambda: not any(self.missed()), 20)
        self.over.set()
        for instance in self.machines.instances:
            self.expect(self.machines.is_ready(instance), f"/readyz of {instance} does not say 200 at the end")
        waiting = lambda: self.machines.sql("SELECT count(*) FROM letters WHERE state = 'queued'") == "0"
        self.say("the operators have stopped; what is left of the mail goes out")
        wait_for("the mail", waiting, 200)
        self.say("all mail has left")

    def check_tries(self):
        """The client carried on: no command failed but for want of a server, and none had to be repeated."""
        tries = [made for operator in self.operators for made in operator.tries]
        for made in tries:
            out = made.begun <= self.ready_again and made.ended >= self.instance_fell
            known = made.exit == REFUSED and any(
                earlier.email == made.email and earlier.exit == UNREACHABLE and earlier.ended <= made.begun
                for earlier in tries)
            self.expect(made.exit == DONE or known or (made.exit == UNREACHABLE and out), f"unexpected: {made}")
        return tries

    def check_database(self, tries):
        """What was answered is there once, with one letter, sent; and whatever else is there was asked for."""
        rows = self.machines.rows("""
            SELECT u.email, count(DISTINCT u.id) AS users, count(DISTINCT i.id) AS invitations,
                count(DISTINCT l.id) AS letters, min(l.state) AS state, min(l.id) AS letter, min(u.id) AS id,
                (SELECT count(*) FROM audit a WHERE a.workspace_id = min(u.workspace_id) AND a.user_id = min(u.id)) AS entries
            FROM users u LEFT JOIN invitations i ON i.workspace_id = u.workspace_id AND i.user_id = u.id
                LEFT JOIN letters l ON l.workspace_id = u.workspace_id AND l.user_id = u.id
            WHERE u.email LIKE '%@operator_.example.org' GROUP BY u.email_key, u.email""")
        stored = {row["email"]: row for row in rows}
        for email, row in stored.items():
            once = (row["users"], row["invitations"], row["letters"], row["entries"], row["state"])
            self.expect(once == (1, 1, 1, 1, "sent"), f"{email} is there as {row}")
        asked = {made.email for made in tries}
        self.expect(set(stored) <= asked, f"nobody asked for {set(stored) - asked}")
        for made in tries:
            if made.exit == DONE:
                row = stored.get(made.email)
                self.expect(row is not None, f"{made.email} was answered and is not there")
                self.expect(row is None or row["id"] == made.user, f"{made.email} was answered as another user")
        return stored

    def check_mail(self, stored):
        """Everybody who is there was mailed, under one Message-ID, and nobody else."""
        mails = collections.defaultdict(list)
        for recipient, message_id in self.mail.taken():
            mails[recipient].append(message_id)
        for email, row in stored.items():
            own = f"<{row['letter']}@"
            ids = set(mails[email])
            self.expect(len(ids) == 1 and all(known.startswith(own) for known in ids), f"{email} was mailed {ids}")
        self.expect(set(mails) <= set(stored), f"mailed, and not there: {set(mails) - set(stored)}")
        return sum(len(ids) - 1 for ids in mails.values())

    def check_jobs(self):
        """Every job came to everybody once."""
        for done in self.clerk.enrolled:
            self.expect(done.returncode == DONE, f"{done.args[1:]}: exit {done.returncode}: {done.stderr}")
        jobs = self.machines.rows("SELECT id, state, total, done, unchanged, refused FROM jobs WHERE dry_run = 0")
        for job in jobs:
            came_to = job["done"] + job["unchanged"] + job["refused"]
            self.expect(job["state"] == "finished" and came_to == job["total"], f"a job is {job}")
        otherwise = self.machines.rows("""
            SELECT r.job_id, r.user_id, r.result, count(a.id) FROM jobs j
            JOIN job_users r ON r.workspace_id = j.workspace_id AND r.job_id = j.id
            LEFT JOIN audit a ON a.workspace_id = r.workspace_id AND a.user_id = r.user_id AND a.change_id = r.job_id
            WHERE j.dry_run = 0 GROUP BY r.job_id, r.user_id, r.result
            HAVING r.result IS NULL OR count(a.id) <> CASE r.result WHEN 'done' THEN 1 ELSE 0 END""")
        self.expect(not otherwise, f"a job came to these otherwise than once: {otherwise[:5]}")
        return jobs

    def missed(self):
        """Of whom each listener did not hear, though all machines were up: whoever listens hears of what
        happens at every instance."""
        late = {made.user for operator in self.operators for made in operator.tries
                if made.exit == DONE and made.begun >= self.calm}
        return [late - listener.users_heard_of(self.calm) for listener in self.listeners
                if not listener.may_have_missed(self.calm)]

    def check(self):
        tries = self.check_tries()
        stored = self.check_database(tries)
        twice = self.check_mail(stored)
        jobs = self.check_jobs()
        failed = [made for made in tries if made.exit == UNREACHABLE]
        gap = max(operator.longest_gap() for operator in self.operators)
        streams = sum(len(listener.connected) for listener in self.listeners)
        self.say(f"{len(stored)} invitations, {sum(made.exit == DONE for made in tries)} answered, {len(failed)} "
                 f"commands ended with exit {UNREACHABLE}; longest wait of an operator {gap:.1f} s")
        self.say(f"{len(self.mail.taken())} mails, {twice} of them a second copy under the same Message-ID")
        self.say(f"{len(jobs)} jobs changed {sum(job['done'] for job in jobs)} users, each once; "
                 f"{len(self.listeners)} listeners opened {streams} streams")

    def all(self):
        self.set_up()
        self.people_come()
        instance = self.instance_falls()
        self.all_come_back(instance, self.primary_falls())
        self.people_go()
        self.check()


def main():
    words = argparse.ArgumentParser(description="kills an instance and a primary under operators at work")
    words.add_argument("admit", nargs="?", default="target/debug/admit")
    words.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    words = words.parse_args()
    # The finally below runs for these too.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    machines = None
    try:
        install_missing()
        machines = Machines(words.admit)
        run = Run(machines)
        try:
            run.all()
        except Failed as failed:
            run.faults.append(str(failed))
        for fault in run.faults[:20]:
            print(f"WRONG: {fault}")
        if run.faults:
            print(*machines.log_tails(), sep="\n")
            return 1
        run.say("as it has to be")
        return 0
    except Failed as failed:
        print(f"can't begin: {failed}")
        return 1
    finally:
        if machines:
            machines.end(words.keep)
            if words.keep:
                print(f"the logs are in {machines.folder}")


if __name__ == "__main__":
    sys.exit(main())
