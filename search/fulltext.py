"""The full-text index that each database keeps over the entries, by itself, as part of every write to them.

Made after every `migrate`, because SQLite loses triggers when a migration rebuilds a table.
"""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "search_entry"
COLUMNS = ("title", "summary", "author", "body")
FULLTEXT = f"{TABLE}_fulltext"
TITLES = f"{TABLE}_titles"
# How PostgreSQL reads words; goes up when that changes.
CONFIGURATION = "portal_words_1"
PLAIN = "portal_plain_1"
ACCENTED = "àáâãäåāăąçćĉčďđèéêëēĕėęěĝğġģĥìíîïĩīĭįıĵķĺļľłñńņňòóôõöøōŏőŕŗřśŝşšţťùúûüũūŭůűųŵýÿŷźżžÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŠŽ"
BARE = "aaaaaaaaaccccddeeeeeeeeegggghiiiiiiiiijkllllnnnnooooooooorrrssssttuuuuuuuuuuwyyyzzzAAAAAACEEEEIIIINOOOOOOUUUUYSZ"


def connect(app: Any) -> None:
    """Has the index made after every `migrate` of the portal."""
    from django.db.models.signals import post_migrate

    post_migrate.connect(_after_migrate, sender=app, dispatch_uid="search.fulltext")


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the index if it is not there, and fills it from the entries. SQLite and PostgreSQL; raises KeyError elsewhere."""
    with connection.cursor() as cursor:
        {"sqlite": _on_sqlite, "postgresql": _on_postgresql}[connection.vendor](cursor)


def damaged(connection: BaseDatabaseWrapper) -> list[str]:
    """The indexes that do not agree with the entries. PostgreSQL's cannot: they are columns of the entries."""
    if connection.vendor != "sqlite":
        return []
    return [name for name in (FULLTEXT, TITLES) if not _agrees(connection, name)]


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Makes the indexes again from the entries, in one transaction."""
    install(connection)
    if connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            for name in (FULLTEXT, TITLES):
                cursor.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")


def _agrees(connection: BaseDatabaseWrapper, name: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True


def _after_migrate(using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():  # migrating backwards
        return
    install(connection)


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _on_sqlite(cursor: Any) -> None:
    cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search_entry_%'")
    present = {row[0] for row in cursor.fetchall()}
    made = [
        _sqlite_index(FULLTEXT, COLUMNS, "porter unicode61 remove_diacritics 2", "", present),
        # While somebody types, words are looked up by their beginnings: in titles alone.
        _sqlite_index(TITLES, ("title",), "unicode61 remove_diacritics 2", ", prefix='2 3 4'", present),
    ]
    for name, statements in made:
        for statement in statements:
            cursor.execute(statement)
        if statements:
            cursor.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")


def _sqlite_index(
    name: str, columns: Sequence[str], tokenizer: str, options: str, present: set[str]
) -> tuple[str, list[str]]:
    """The name of an index, and what makes whatever of it is missing."""
    listed = ", ".join(columns)
    old = ", ".join(f"old.{column}" for column in columns)
    new = ", ".join(f"new.{column}" for column in columns)
    put = f"INSERT INTO {name}(rowid, {listed}) VALUES (new.id, {new});"
    take = f"INSERT INTO {name}({name}, rowid, {listed}) VALUES ('delete', old.id, {old});"
    wanted = {
        name: f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, content='{TABLE}', content_rowid='id', "
        f"tokenize='{tokenizer}'{options})",
        f"{name}_put": f"CREATE TRIGGER {name}_put AFTER INSERT ON {TABLE} BEGIN {put} END",
        f"{name}_take": f"CREATE TRIGGER {name}_take AFTER DELETE ON {TABLE} BEGIN {take} END",
        f"{name}_change": f"CREATE TRIGGER {name}_change AFTER UPDATE OF {listed} ON {TABLE} BEGIN {take} {put} END",
    }
    return name, [statement for part, statement in wanted.items() if part not in present]


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _on_postgresql(cursor: Any) -> None:
    cursor.execute("SELECT cfgname FROM pg_ts_config WHERE cfgname IN (%s, %s)", [CONFIGURATION, PLAIN])
    present = {row[0] for row in cursor.fetchall()}
    if CONFIGURATION not in present:
        # As the language's own, but no word is left out: what counts for nothing is decided by `search.rules.queries`.
        cursor.execute(
            f"CREATE TEXT SEARCH DICTIONARY {CONFIGURATION}_stem (TEMPLATE = snowball, LANGUAGE = porter)"
        )
        cursor.execute(f"CREATE TEXT SEARCH CONFIGURATION {CONFIGURATION} (COPY = simple)")
        cursor.execute(
            f"ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION} ALTER MAPPING FOR asciiword, word, numword WITH {CONFIGURATION}_stem"
        )
    if PLAIN not in present:
        cursor.execute(f"CREATE TEXT SEARCH CONFIGURATION {PLAIN} (COPY = simple)")
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [TABLE])
    columns = {row[0] for row in cursor.fetchall()}
    if "fulltext" not in columns:
        weighed = " || ".join(
            f"setweight(to_tsvector('{CONFIGURATION}', {words_in(column)}), '{weight}')"
            for column, weight in zip(COLUMNS, "ABCD", strict=True)
        )
        cursor.execute(
            f"ALTER TABLE {TABLE} ADD COLUMN fulltext tsvector GENERATED ALWAYS AS ({weighed}) STORED"
        )
        cursor.execute(f"CREATE INDEX {FULLTEXT} ON {TABLE} USING gin (fulltext)")
    if "titles" not in columns:
        plain = f"to_tsvector('{PLAIN}', {words_in('title')})"
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN titles tsvector GENERATED ALWAYS AS ({plain}) STORED")
        cursor.execute(f"CREATE INDEX {TITLES} ON {TABLE} USING gin (titles)")


def words_in(column: str) -> str:
    """SQL: the words of a column and nothing else, without accents, so that PostgreSQL sees no addresses, paths and numbers."""
    return f"regexp_replace(translate({column}, '{ACCENTED}', '{BARE}'), '[^[:alnum:]]+', ' ', 'g')"
