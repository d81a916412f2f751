"""The fact base as a whole: packs over each other, relations from both ends, standing, export."""

from __future__ import annotations

import json

from aibot.core.facts import FactBase, FileText, parse_facts
from aibot.core.facts.export import exported
from aibot.core.matching import Matcher

SOURCE = "sources: [{id: article, kind: article, title: {en: The article, zh: 文章}}]\n"


def entry(entry_id: str, name: str, *, aliases: str = "{}", says: str = "It is.") -> str:
    summary = f"{{en: {says}, zh: 它是。, source: article 1}}"
    named = f"id: {entry_id}, kind: model, name: {{en: {name}, zh: {name}}}"
    return f"  - {{{named}, aliases: {aliases}, summary: {summary}}}\n"


def base_of(*packs: str) -> FactBase:
    return parse_facts(
        FileText(f"pack-{number}", f"{number}.yaml", (SOURCE if number == 0 else "") + "entries:\n" + text)
        for number, text in enumerate(packs)
    )


def names(base: FactBase) -> set[tuple[str, str]]:
    return {(name.text, name.entry) for name in base.names}


def test_an_earlier_pack_wins_an_id() -> None:
    base = base_of(entry("one", "One", says="First."), entry("one", "Uno", says="Second."))

    assert base["one"].summary.en == "First."
    assert base.pack_of["one"] == "pack-0"
    assert names(base) == {("One", "one")}


def test_an_earlier_pack_wins_a_name() -> None:
    base = base_of(
        entry("one", "One", aliases="{short: [Uno]}"), entry("two", "UNO", aliases="{short: [Due]}")
    )

    assert names(base) == {("One", "one"), ("Uno", "one"), ("Due", "two")}
    assert [match.entry for match in Matcher(base.names).match("uno").sure] == ["one"]


def test_a_related_name_gives_way_to_the_thing_itself_in_a_later_pack() -> None:
    base = base_of(
        entry("sora", "Sora", aliases="{related: [Sora Turbo]}"), entry("sora-turbo", "Sora Turbo")
    )

    assert names(base) == {("Sora", "sora"), ("Sora Turbo", "sora-turbo")}
    assert [match.entry for match in Matcher(base.names).match("Sora Turbo").sure] == ["sora-turbo"]


def test_a_related_name_is_never_answered() -> None:
    found = Matcher(base_of(entry("sora", "Sora", aliases="{related: [Sora Turbo]}")).names).match(
        "Sora Turbo"
    )

    assert not found.sure
    assert [missing.family for missing in found.missing] == [("sora",)]


def test_a_relation_is_read_from_both_ends(facts_doc: FactBase) -> None:
    """
    entries:
      - id: one
        kind: model
        name: {en: One, zh: 一}
        summary: {en: First., zh: 第一。, source: article 1}
        facts:
          - {about: developer, en: Acme made One., zh: 顶峰公司开发了一。, value: {entry: acme}, source: article 1}
      - id: two
        kind: model
        name: {en: Two, zh: 二}
        summary: {en: Second., zh: 第二。, source: article 1}
        facts:
          - about: developer
            en: Acme made Two with One.
            zh: 顶峰公司用一开发了二。
            value: {entry: [acme, one]}
            source: article 1
            also_about: one
    """
    assert facts_doc.related("one", "developer") == ["acme"]
    assert facts_doc.related("acme", "developer", inverse=True) == ["one", "two"]
    assert facts_doc.related("acme", "developer") == []
    assert [relation.label("en") for relation in facts_doc.relations_of("acme")] == ["Developed", "Developed"]
    assert [relation.label("zh") for relation in facts_doc.relations_of("two")] == ["开发者", "开发者"]
    assert [fact.en for fact in facts_doc.facts_of("one")] == ["Acme made One.", "Acme made Two with One."]


def test_the_gravest_note_gives_a_fact_its_status(facts_doc: FactBase) -> None:
    """
    entries:
      - id: one
        kind: model
        name: {en: One, zh: 一}
        summary: {en: First., zh: 第一。, source: article 1}
        facts:
          - {id: F1, about: use, en: Used., zh: 使用。, source: article 1}
          - {id: F2, about: use, en: Used again., zh: 再用。, source: article 1}
          - {id: F3, about: cost, en: Not said., zh: 未说明。, source: article 1, not_stated: true}
          - id: F4
            also: F4b
            about: step
            en: Two steps.
            zh: 两步。
            value: {count: 2, list: [{id: F5, en: a, zh: 甲}, {id: F6, en: b, zh: 乙}]}
            source: article 1
        notes:
          - {id: N1, on: F1, verdict: confirmed, en: Right., zh: 对。, source: article 1}
          - {id: N2, on: [F1, F6], verdict: disputed, en: Wrong., zh: 错。, source: article 1}
          - {id: N3, on: F4b, verdict: refined, en: More., zh: 更多。, source: article 1}
    """
    f1, f2, f3, f4 = facts_doc["one"].facts

    assert [facts_doc.status(fact) for fact in (f1, f2, f3, f4)] == [
        "disputed",
        "stated",
        "not stated",
        "disputed",
    ]
    assert [note.id for note in facts_doc.notes_on(f4)] == ["N3", "N2"]


def test_notes_follow_a_fact_onto_another_card(facts_doc: FactBase) -> None:
    """
    entries:
      - id: one
        kind: model
        name: {en: One, zh: 一}
        summary: {en: First., zh: 第一。, source: article 1}
        facts:
          - {id: F1, about: use, en: Used., zh: 使用。, source: article 1, also_about: acme}
        notes:
          - {id: N1, on: F1, verdict: open, en: Or not., zh: 或否。, source: article 1}
          - {id: N2, verdict: open, en: One may be two., zh: 一或是二。, source: article 1}
    """
    assert [note.id for note in facts_doc.notes_of("acme")] == ["N1"]
    assert [note.id for note in facts_doc.notes_of("one")] == ["N1", "N2"] or [
        note.id for note in facts_doc.notes_of("one")
    ] == ["N2", "N1"]


def test_the_export_is_plain_json_and_complete(base: FactBase) -> None:
    data = json.loads(json.dumps(exported(base), ensure_ascii=False))

    assert len(data["entries"]) == len(base)
    assert {source["id"] for source in data["sources"]} == set(base.sources)
    by_id = {entry["id"]: entry for entry in data["entries"]}
    sora = by_id["sora"]
    assert (sora["kind"], sora["name"]["en"], sora["pack"]) == ("model", "Sora", "curated")
    length = next(fact for fact in sora["facts"] if fact["about"] == "length")
    assert length["value"]["quantity"] == "20"
    assert length["value"]["bound"] == "at most"
    assert length["source"] == [{"id": "article", "place": "1.1"}]
    assert length["status"] == "refined"
    assert {"label": "Developed", "entry": "sora", "inverse": True} in by_id["openai"]["relations"]
    for entry in data["entries"]:
        assert {alias["type"] for alias in entry["aliases"]} <= {
            "short", "spelling", "translation", "printed", "misprint", "pinyin", "nickname", "former", "related",
            "word",
        }  # fmt: skip
