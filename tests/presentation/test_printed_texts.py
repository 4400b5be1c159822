"""Texts become plain values that a template prints without reading them."""

from typing import Any

from mapsvc.content.markup import parse
from mapsvc.presentation.printed_texts import Node, printed


def blocks(text: str, notes: dict[str, int] | None = None) -> list[Node]:
    return printed(parse(text), notes=(notes or {}).get, links=lambda name: f"https://map.example.org/{name}")


def text(words: str) -> dict[str, Any]:
    return {"is": "text", "text": words}


def test_a_paragraph_holds_its_words_with_what_stands_out_in_them() -> None:
    (found,) = blocks("Ask for *Servizio* **now**,\nplease.")

    assert found == {
        "is": "paragraph",
        "in": [
            text("Ask for "),
            {"is": "em", "in": [text("Servizio")]},
            text(" "),
            {"is": "strong", "in": [text("now")]},
            text(","),
            text(" "),
            text("please."),
        ],
    }


def test_a_fact_becomes_the_number_of_its_note_and_is_left_out_without_one() -> None:
    (found,) = blocks("It is so.[^known][^unknown]", {"known": 7})

    assert found["in"] == [text("It is so."), {"is": "note", "number": 7}]


def test_a_link_inside_becomes_a_whole_address_and_others_stay() -> None:
    (found,) = blocks("[here](kit:como) [there](https://a.eu/x)")

    assert [node["to"] for node in found["in"] if node["is"] == "link"] == [
        "https://map.example.org/kit:como",
        "https://a.eu/x",
    ]


def test_lists_keep_their_items_their_numbers_and_what_is_inside() -> None:
    (found,) = blocks("3. One\n4. Two\n   - inner\n")

    inner = {
        "is": "list",
        "numbered": False,
        "start": 1,
        "items": [[{"is": "paragraph", "in": [text("inner")]}]],
    }
    assert found == {
        "is": "list",
        "numbered": True,
        "start": 3,
        "items": [
            [{"is": "paragraph", "in": [text("One")]}],
            [{"is": "paragraph", "in": [text("Two")]}, inner],
        ],
    }


def test_a_table_has_a_head_and_rows() -> None:
    (found,) = blocks("| A | B |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |\n")

    assert found["head"] == [[text("A")], [text("B")]]
    assert found["rows"] == [[[text("1")], [text("2")]], [[text("3")], []]]


def test_headings_and_quotes_are_blocks_and_rules_are_left_out() -> None:
    found = blocks("### Polite\n\n> Quoted\n\n***\n")

    assert [block["is"] for block in found] == ["heading", "quote"]


def test_a_table_without_rows_is_its_head() -> None:
    (found,) = blocks("| A |\n| --- |\n")

    assert found["rows"] == []
