"""Full text, one spelling a database; both match whole folded words by their beginnings."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

# How the words of a row are weighed: in the title, in the name of the place, in the body.
WEIGHTS = {"title": "A", "place": "B", "body": "C"}


def write(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Indexes rows of id, title, place and body; all three are folded words with single spaces."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO listing_words (rowid, title, place, body) VALUES (:id, :title, :place, :body)"),
            rows,
        )
        return
    vectors = [{"id": row["id"], "words": _vector(row)} for row in rows]
    statement = (
        "INSERT INTO directory.listing_words (listing_id, words) VALUES (:id, CAST(:words AS tsvector))"
    )
    connection.execute(text(statement), vectors)


def _vector(row: Mapping[str, object]) -> str:
    """A row's words as PostgreSQL writes a tsvector, each with the weights of its columns.

    Not by to_tsvector: its parser would cut and stem, and the words are cut already. A weight needs
    a position; which one does not matter here.
    """
    words = ((word, weight) for column, weight in WEIGHTS.items() for word in str(row[column]).split())
    return " ".join(f"'{word}':1{weight}" for word, weight in dict.fromkeys(words))


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Takes these listings out of the index."""
    if not ids:
        return
    statement = "DELETE FROM listing_words WHERE rowid = :id"
    if connection.dialect.name != "sqlite":
        statement = "DELETE FROM directory.listing_words WHERE listing_id = :id"
    connection.execute(text(statement), [{"id": id_} for id_ in ids])


def matching(connection: Connection, words: Sequence[str], columns: Sequence[str]) -> list[int]:
    """The ids of the listings in which every word begins some word of the columns.

    words are folded, without space or punctuation; columns are of WEIGHTS.
    """
    if connection.dialect.name == "sqlite":
        terms = " AND ".join(f'"{word}" *' for word in words)
        statement = text("SELECT rowid FROM listing_words WHERE listing_words MATCH :terms")
        return list(connection.scalars(statement, {"terms": f"{{{' '.join(columns)}}} : ({terms})"}))
    weights = "".join(WEIGHTS[column] for column in columns)
    terms = " & ".join(f"'{word}':*{weights}" for word in words)
    statement = text("SELECT listing_id FROM directory.listing_words WHERE words @@ CAST(:terms AS tsquery)")
    return list(connection.scalars(statement, {"terms": terms}))
