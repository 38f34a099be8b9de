#!/usr/bin/env python3
"""Reads the log of a PostgreSQL server that the tests asked, and names every statement of admit that Citus would
refuse, or send to all machines, were the tables distributed as distribute.sql says.

    python3 tests/citus/statements.py LOG

The log is one of log_statement = all and log_line_prefix = '%p %a '. Needs pglast (PyPI), whose parser is
PostgreSQL's own."""

import collections
import re
import sys

from pglast import ast, parse_sql, split
from pglast.enums import AlterTableType, ObjectType

from rules import EVERYWHERE, KEYS, TEXTS, Statement

# Tables are distributed after these. A later one runs over tables that are distributed too.
BEFORE_DISTRIBUTION = 9
# Statements that ask all machines because they are of all workspaces: how they begin, and why Citus runs them. None
# locks rows, which Citus takes from one machine only.
ACROSS = {
    "SELECT DISTINCT workspace_id FROM letters WHERE state = 'queued' AND due_at <= $1 ORDER BY workspace_id":
        "distinct by the column that tables are distributed by",
    "SELECT MIN(due_at) FROM letters WHERE state = 'queued'": "the least of the least of each part",
    "SELECT COUNT(*), MIN(created_at) FROM letters WHERE state = 'queued'": "the sum and the least of each part's",
    "SELECT DISTINCT workspace_id FROM jobs WHERE state IN ('running', 'taking_back') ORDER BY workspace_id":
        "distinct by the column that tables are distributed by",
    "SELECT COUNT(*) FROM workspaces w JOIN jobs j ON j.workspace_id = w.id AND j.state IN ('running', 'taking_back')":
        "workspaces are on all machines",
    "SELECT w.id, w.slug, w.name, w.time_zone, c.id, c.name, u.id, u.roles FROM users u "
    "JOIN workspaces w ON w.id = u.workspace_id JOIN customers c ON c.id = w.customer_id "
    "WHERE u.state = 'active' AND u.account_id = $1 AND (u.ends_at IS NULL OR u.ends_at > $2) ORDER BY w.name, w.id":
        "customers and workspaces are on all machines",
    "DELETE FROM limits WHERE ends_at <= $1": "looks at nothing but the row",
    "SELECT DISTINCT workspace_id FROM users WHERE listed_as": "distinct by the column that tables are distributed by",
    "SELECT MIN(ends_at) FROM users WHERE listed_as": "the least of the least of each part",
    "SELECT MIN(link_ends_at) FROM users WHERE listed_as": "the least of the least of each part",
    "UPDATE users SET listed_as = CASE": "of a migration, and looks at nothing but the row and the time",
    "UPDATE group_users SET listed_as = u.listed_as FROM users u WHERE u.workspace_id = group_users.workspace_id":
        "of a migration, and both are together",
    "SELECT COUNT(*) FROM users u WHERE u.listed_as <> u.state": "of builds for debugging alone, a sum",
    "SELECT COUNT(*) FROM group_users m CROSS JOIN users u WHERE u.id = m.user_id "
    "AND u.workspace_id = m.workspace_id AND (1 = 0 OR": "of builds for debugging alone, and both are together",
}
# Said to the coordinator, or to each machine in its turn.
COMMANDS = (ast.TransactionStmt, ast.VariableSetStmt, ast.ListenStmt, ast.UnlistenStmt)
CHANGES_OF_TABLES = {
    AlterTableType.AT_AddColumn, AlterTableType.AT_DropColumn, AlterTableType.AT_ColumnDefault,
    AlterTableType.AT_SetNotNull, AlterTableType.AT_DropNotNull, AlterTableType.AT_AddConstraint,
    AlterTableType.AT_DropConstraint,
}
# Only `admit seed` says this, whose samples are written before tables are distributed.
OF_SEED = "SET LOCAL maintenance_work_mem"
# With fewer different ones, or fewer whose parameters were compared, it was not the log of the tests.
FEWEST = 1000


def in_a_line(text):
    """`text` without its lines of comment, and with one blank for all that is between two words."""
    return " ".join(word for line in text.splitlines() if not line.lstrip().startswith("--") for word in line.split())


RUN_BEFORE = {in_a_line(text) for number, text in TEXTS.items() if number <= BEFORE_DISTRIBUTION}
RUN_LATER = {in_a_line(text) for number, text in TEXTS.items() if number > BEFORE_DISTRIBUTION}


class Log:
    """What was said, and what is wrong with it."""

    def __init__(self):
        self.known = {}
        self.faults = collections.Counter()
        self.seen, self.compared, self.across, self.tables = set(), set(), set(), set()
        # By the process of the server: its transaction, as the statements of all workspaces in it, or none where
        # it is of `admit seed`; and the last statement, to which parameters belong.
        self.transactions, self.last = {}, {}

    def statements(self, text):
        """The statements of `text`, each with its own, looked through once."""
        if text not in self.known:
            own = [in_a_line(one) for one in split(text)]
            is_later = in_a_line(text) in RUN_LATER
            self.known[text] = [(self.looked_through(one, is_later), one) for one in own]
        return self.known[text]

    def looked_through(self, text, is_of_migration):
        [raw] = parse_sql(text)
        is_of_sqlx = text.startswith("CREATE TABLE IF NOT EXISTS _sqlx_migrations")
        if isinstance(raw.stmt, COMMANDS) or is_of_sqlx or (is_of_migration and self.is_change_of_tables(raw.stmt)):
            return None
        statement = Statement(raw.stmt)
        self.tables |= statement.tables
        for fault in statement.faults:
            self.faults[f"{fault}: {text}"] += 1
        if statement.unbound:
            beginning = next((start for start in ACROSS if text.startswith(start)), None)
            self.across.add(beginning)
            if beginning is None or statement.parts > 1 or statement.locks:
                self.faults[f"it is not said whose {', '.join(statement.unbound)} are meant: {text}"] += 1
        return statement

    @staticmethod
    def is_change_of_tables(node):
        if isinstance(node, ast.AlterTableStmt):
            return {command.subtype for command in node.cmds} <= CHANGES_OF_TABLES
        if isinstance(node, ast.RenameStmt):
            return node.renameType == ObjectType.OBJECT_COLUMN
        return isinstance(node, (ast.CreateStmt, ast.IndexStmt, ast.DropStmt))

    def said(self, process, text):
        line = in_a_line(text)
        self.last[process] = None
        if not line or line in RUN_BEFORE:
            return
        if re.match("BEGIN|COMMIT|ROLLBACK(?! TO)", line):
            self.transactions[process] = []
        elif line.startswith(OF_SEED):
            self.transactions[process] = None
        transaction = self.transactions.get(process, [])
        # The second is what `admit seed` says at its end, after its transaction.
        if transaction is None or line == "VACUUM ANALYZE":
            return
        for statement, own in self.statements(text):
            self.seen.add(own)
            if statement is None:
                continue
            self.last[process] = (statement, own)
            # CheckConflictingRelationAccesses in Citus' relation_access_tracking.c refuses it.
            if transaction and statement.written & EVERYWHERE:
                self.faults[f"writes to all machines after {transaction[0]!r} asked all of them: {own}"] += 1
            if statement.unbound:
                transaction.append(own)

    def given(self, process, parameters):
        """The parameters of the last statement: those that say whose rows are meant say the same."""
        statement, text = self.last.get(process) or (None, "")
        if statement is None or len(statement.whose) < 2:
            return
        self.compared.add(text)
        values = {int(number): one for number, one in re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", parameters)}
        whose = {values.get(one, one) for one in statement.whose}
        if len(whose) > 1:
            self.faults[f"is of several at once, {sorted(map(str, whose))}: {text}"] += 1

    def verdict(self):
        self.across.discard(None)
        missing = [f"the tests did not say what stands in ACROSS: {text}" for text in set(ACROSS) - self.across]
        missing += [f"no statement was of {table}" for table in (EVERYWHERE | set(KEYS)) - self.tables]
        for what, found in (("were said", self.seen), ("were compared with their parameters", self.compared)):
            if len(found) < FEWEST:
                missing.append(f"only {len(found)} different statements {what}, where {FEWEST} are expected at least")
        return [*self.faults, *missing]


def entries(path):
    """The entries of a log: the process of the server, the kind and the text of each that is of admit."""
    begins = re.compile(r"(\d+) (\S+) (LOG|DETAIL):  (?:(statement|execute [^:]+|parameters): )?(.*)", re.DOTALL)
    entry = ""
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in [*log, "end"]:
            # Another line of the same entry begins with a tab.
            if line.startswith("\t"):
                entry += line
                continue
            found = begins.match(entry)
            if found and found[2] == "admit" and found[4]:
                yield int(found[1]), found[4], found[5]
            entry = line


def main(path):
    log = Log()
    for process, kind, text in entries(path):
        if kind == "parameters":
            log.given(process, text)
        else:
            log.said(process, text)
    faults = log.verdict()
    for fault in faults:
        print(fault)
    print(f"{len(log.seen)} different statements, {len(log.across)} of them of all workspaces, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
