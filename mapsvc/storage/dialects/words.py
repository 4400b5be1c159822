"""Full text, one spelling a database; both match whole folded words by their beginnings."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

# How the words of a row are weighed: in the title, in the name of the place, in the body.
WEIGHTS = {"title": "A", "place": "B", "body": "C"}


def write(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Indexes rows of id, title, place and body; all three are folded words with single spaces."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO listing_words (rowid, title, place, body) VALUES (:id, :title, :place, :body)"),
            rows,
        )
        return
    # Not to_tsvector: its parser would cut and stem; the words are cut already.
    vector = " || ".join(
        f"setweight(array_to_tsvector(array_remove(string_to_array(CAST(:{column} AS text), ' '), '')), '{weight}')"
        for column, weight in WEIGHTS.items()
    )
    connection.execute(text(f"INSERT INTO listing_words (listing_id, words) VALUES (:id, {vector})"), rows)


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Takes these listings out of the index."""
    if not ids:
        return
    column = "rowid" if connection.dialect.name == "sqlite" else "listing_id"
    connection.execute(text(f"DELETE FROM listing_words WHERE {column} = :id"), [{"id": id_} for id_ in ids])


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
    statement = text("SELECT listing_id FROM listing_words WHERE words @@ CAST(:terms AS tsquery)")
    return list(connection.scalars(statement, {"terms": terms}))
