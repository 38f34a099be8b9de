"""What Citus runs as PostgreSQL does, where the tables are distributed as distribute.sql says: rules for one
statement, read from its tree."""

import collections
import pathlib
import re

from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, AlterTableType, BoolExprType, JoinType, SetOperation

MIGRATIONS = pathlib.Path(__file__).resolve().parents[2] / "src/server/store/migrations"
ENGINE = (MIGRATIONS.parent / "engine/postgres.rs").read_text()
DISTRIBUTE = (MIGRATIONS / "distribute.sql").read_text()
EVERYWHERE = set(re.findall(r"create_reference_table\('(\w+)'", DISTRIBUTE))
KEYS = dict(re.findall(r"create_distributed_table\('(\w+)', '(\w+)'", DISTRIBUTE))
# What is called where rows are written: Citus refuses what is volatile there, and what depends on more than its
# arguments it computes on the coordinator. None of these does, for the only thing extracted are seconds.
STEADY = {"coalesce", "extract", "jsonb_array_elements", "like_escape", "min", "substr", "sum"}


def migrations():
    """The text of each migration, by its number, put together as the program does."""
    texts = collections.defaultdict(str)
    for path in re.findall(r'include_str!\("\.\./migrations/([^"]+)"\)', ENGINE):
        texts[int(path.rpartition("/")[2][:4])] += (MIGRATIONS / path).read_text()
    return texts


def columns_of_tables(texts):
    """The columns of each table in their order."""
    columns = collections.defaultdict(list)
    for statement in (raw.stmt for text in texts for raw in parse_sql(text)):
        if isinstance(statement, ast.CreateStmt):
            added = [part for part in statement.tableElts if isinstance(part, ast.ColumnDef)]
        elif isinstance(statement, ast.AlterTableStmt):
            added = [command.def_ for command in statement.cmds if command.subtype == AlterTableType.AT_AddColumn]
        elif isinstance(statement, ast.RenameStmt):
            known = columns[statement.relation.relname]
            known[known.index(statement.subname)] = statement.newname
            continue
        else:
            continue
        columns[statement.relation.relname] += [column.colname for column in added]
    return columns


TEXTS = migrations()
COLUMNS = columns_of_tables(TEXTS[number] for number in sorted(TEXTS))


def parts(node):
    """What stands directly in a node of the parser."""
    if isinstance(node, (tuple, list)):
        return [part for part in node if part is not None]
    if isinstance(node, ast.Node):
        return [part for part in (getattr(node, name) for name in node) if isinstance(part, (ast.Node, tuple))]
    return []


def conditions(expression):
    """The conditions all of which hold."""
    if isinstance(expression, ast.BoolExpr) and expression.boolop == BoolExprType.AND_EXPR:
        return [one for part in expression.args for one in conditions(part)]
    return [] if expression is None else [expression]


def value(expression):
    """What stands for one value: the number of a parameter, or a text."""
    if isinstance(expression, ast.ParamRef):
        return expression.number
    if isinstance(expression, ast.A_Const) and isinstance(expression.val, ast.String):
        return expression.val.sval
    return None


class Part:
    """One SELECT, UPDATE or DELETE with its own FROM: the planner of Citus is told of each table what that part
    says of it, and picks the machine by that."""

    def __init__(self):
        self.tables = {}
        # Columns that equal each other; a pair read one way is of an outer join.
        self.equal = []
        self.values = collections.defaultdict(list)

    def key(self, expression):
        """The alias whose rows are distributed by the column that `expression` is; none: it is something else."""
        if not isinstance(expression, ast.ColumnRef):
            return None
        names = [field.sval for field in expression.fields if isinstance(field, ast.String)]
        aliases = names[:-1] or (list(self.tables) if len(self.tables) == 1 else [])
        is_key = aliases and KEYS.get(self.tables.get(aliases[0])) == names[-1]
        return aliases[0] if is_key else None

    def learn(self, quals, only=None):
        """Takes in what `quals` say; of an outer join only about the aliases `only`."""
        for one in conditions(quals):
            if not (isinstance(one, ast.A_Expr) and one.kind == A_Expr_Kind.AEXPR_OP and one.name[-1].sval == "="):
                continue
            for left, right in ((one.lexpr, one.rexpr), (one.rexpr, one.lexpr)):
                alias, other = self.key(left), self.key(right)
                if alias is None or (only is not None and alias not in only):
                    continue
                if other is not None:
                    self.equal.append((alias, other))
                elif value(right) is not None:
                    self.values[alias].append(value(right))

    def unbound(self):
        """The tables of which it is not said whose rows they are."""
        bound = set(self.values)
        while more := {alias for alias, other in self.equal if other in bound} - bound:
            bound |= more
        return [table for alias, table in self.tables.items() if table in KEYS and alias not in bound]


class Statement:
    """What is wrong with a statement, and what it takes."""

    def __init__(self, node):
        self.faults, self.unbound = [], []
        # What says whose rows are meant, all of which has to be the same.
        self.whose = []
        self.tables, self.written, self.locks = set(), set(), set()
        self.parts = 0
        self.is_writing = isinstance(node, (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt))
        if isinstance(node, ast.CopyStmt):
            self.copy(node)
        elif self.is_writing or isinstance(node, ast.SelectStmt):
            self.query(node, frozenset())
        else:
            self.faults.append(f"nobody looked into whether Citus knows {type(node).__name__}")
        self.judge()

    def judge(self):
        local = self.tables - EVERYWHERE - set(KEYS)
        if local and self.tables - local:
            self.faults.append(f"{sorted(local)} are on the coordinator alone")
        if any(table.startswith("pg_") for table in local):
            self.faults.append("the catalogue of the coordinator knows nothing of the rows")
        if self.written & EVERYWHERE and self.tables & set(KEYS):
            self.faults.append("writes to all machines what it reads from one")
        if self.locks & EVERYWHERE:
            self.faults.append("locks a row of all machines, and so the writers of all workspaces")

    def copy(self, node):
        table = node.relation.relname
        self.tables.add(table)
        self.written.add(table)
        if not node.is_from or node.filename or KEYS.get(table) not in [None, *(name.sval for name in node.attlist)]:
            self.faults.append("copies otherwise than rows with their key from the client")

    def query(self, node, names, is_inner=False):
        """Looks through one query; `names` are those of the WITH around it."""
        if node is None:
            return
        if is_inner and not isinstance(node, ast.SelectStmt):
            self.faults.append("writes within a query")
        if node.withClause:
            if isinstance(node, ast.InsertStmt):
                self.faults.append("inserts by WITH")
            for one in node.withClause.ctes:
                self.query(one.ctequery, names, is_inner=True)
                names = names | {one.ctename}
        if isinstance(node, ast.InsertStmt):
            return self.insert(node, names)
        if isinstance(node, ast.SelectStmt) and node.op != SetOperation.SETOP_NONE:
            self.query(node.larg, names, is_inner=True)
            self.query(node.rarg, names, is_inner=True)
            return self.expressions((node.sortClause, node.limitCount), names)
        part = Part()
        self.parts += 1
        if not isinstance(node, ast.SelectStmt):
            self.written.add(node.relation.relname)
            self.source(part, node.relation, names)
            self.assignments(node)
        sources = {ast.SelectStmt: "fromClause", ast.UpdateStmt: "fromClause", ast.DeleteStmt: "usingClause"}
        for source in getattr(node, sources[type(node)]) or ():
            self.source(part, source, names)
        part.learn(node.whereClause)
        self.unbound += part.unbound()
        self.whose += [one for alias in part.values for one in part.values[alias]]
        if isinstance(node, ast.SelectStmt) and node.lockingClause:
            self.locks |= set(part.tables.values())
        inside = ("targetList", "whereClause", "returningClause", "groupClause", "havingClause", "sortClause",
                  "limitCount", "valuesLists")
        self.expressions([getattr(node, name, None) for name in inside], names)
        return part

    def insert(self, node, names):
        table, rows = node.relation.relname, node.selectStmt
        self.tables.add(table)
        self.written.add(table)
        columns = [column.name for column in node.cols or ()]
        if table in KEYS and KEYS[table] not in columns:
            self.faults.append("inserts without the key")
        elif table in KEYS:
            at = columns.index(KEYS[table])
            if rows.valuesLists:
                keys, part = [row[at] for row in rows.valuesLists], None
                if any(isinstance(node, ast.SubLink) for node in everything(rows.valuesLists)):
                    self.faults.append("inserts what a query within VALUES gives")
            else:
                keys, part = [rows.targetList[at].val], self.query(rows, names)
            for key in keys:
                if value(key) is not None:
                    self.whose.append(value(key))
                elif part is None or part.key(key) is None:
                    self.faults.append("inserts under a key that is computed")
        else:
            self.query(rows, names)
        if node.onConflictClause:
            self.assignments(node, node.onConflictClause.targetList)
            self.expressions((node.onConflictClause,), names)
        if rows.valuesLists:
            self.expressions((rows.valuesLists,), names)

    def assignments(self, node, targets=None):
        """Looks at what is SET."""
        table = node.relation.relname
        targets = getattr(node, "targetList", None) if targets is None else targets
        set_names = [target.name for target in targets or ()]
        if KEYS.get(table) in set_names:
            self.faults.append("changes the key, by which the row would move")
        together = [target.name for target in targets or () if isinstance(target.val, ast.MultiAssignRef)]
        places = [COLUMNS[table].index(name) for name in together]
        # https://github.com/citusdata/citus/issues/7674
        if places != sorted(places):
            self.faults.append("sets columns together in another order than that of the table")

    def source(self, part, node, names):
        """Takes in what stands in FROM; the aliases that it brings."""
        if isinstance(node, ast.RangeVar):
            alias = node.alias.aliasname if node.alias else node.relname
            is_table = node.relname not in names
            part.tables[alias] = node.relname if is_table else None
            self.tables |= {node.relname} if is_table else set()
            return {alias}
        if isinstance(node, ast.JoinExpr):
            left, right = self.source(part, node.larg, names), self.source(part, node.rarg, names)
            if node.jointype == JoinType.JOIN_INNER:
                part.learn(node.quals)
            elif node.jointype == JoinType.JOIN_LEFT:
                # Rows on the left stay, whatever is said of them here.
                part.learn(node.quals, right)
            else:
                self.faults.append("joins otherwise than inner and left")
            self.expressions((node.quals,), names)
            return left | right
        if isinstance(node, ast.RangeSubselect):
            self.query(node.subquery, names, is_inner=True)
        elif isinstance(node, ast.RangeFunction):
            self.expressions((node.functions,), names)
        else:
            self.faults.append(f"reads from {type(node).__name__}")
        alias = node.alias.aliasname if getattr(node, "alias", None) else ""
        part.tables[alias] = None
        return {alias}

    def expressions(self, nodes, names):
        for node in parts(nodes):
            if isinstance(node, ast.SubLink):
                self.query(node.subselect, names, is_inner=True)
                self.expressions((node.testexpr,), names)
                continue
            if isinstance(node, ast.FuncCall) and self.is_writing and node.funcname[-1].sval not in STEADY:
                self.faults.append(f"writes what {node.funcname[-1].sval}() gives, which nobody looked into")
            if isinstance(node, ast.ColumnRef) and isinstance(node.fields[-1], ast.String):
                if node.fields[-1].sval in {"ctid", "xmin", "tableoid"}:
                    self.faults.append("asks where a row is stored")
            self.expressions(node, names)


def everything(node):
    for part in parts(node):
        yield part
        yield from everything(part)
