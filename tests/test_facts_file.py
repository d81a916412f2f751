"""The real fact base: nothing of the article is lost, nothing is unsourced, and everything can be found and read."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import opencc
import pytest

from aibot.core.answers.intents import intent_of
from aibot.core.facts import (
    DateValue,
    Fact,
    FactBase,
    ListValue,
    QuantityValue,
    fact_ids,
    source_id,
    source_place,
)

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge

ARTICLE = Path(__file__).parents[2] / "shared" / "article" / "article.txt"

# The article's paragraphs and how many claims each makes: claims are numbered F<paragraph>-01, -02 …
CLAIMS = {
    "0.1": 2, "0.2": 13, "0.3": 1, "0.4": 4, "0.5": 24,
    "1.0": 1, "1.1": 22, "1.2": 15, "1.3": 20, "1.4": 18, "1.5": 20, "1.6": 17, "1.7": 17, "1.8": 19, "1.9": 18,
    "1.10": 20,
    "2.0": 1, "2.1": 8, "2.2": 12, "2.3": 13, "2.4": 12, "2.5": 12, "2.6": 9, "2.7": 10, "2.8": 16,
    "3.0": 1, "3.1": 3, "3.2": 15, "3.3": 8, "3.4": 13, "3.5": 10, "3.6": 12, "3.7": 17,
}  # fmt: skip
CLAIM_IDS = [f"F{place}-{number:02}" for place, count in CLAIMS.items() for number in range(1, count + 1)]

ENTRIES = """
model: sora gemini-2.0 genie-2 deepseek-model o1 claude-3 claude-3-opus claude-3.5-sonnet gemini-1.5-pro
    gpt-4 gpt-4-turbo gpt-4o qwen ernie-bot llama llama-3 deepseek-v3 deepseek-coder-v2 ferret phi phi-1
    phi-3 geneformer shukungpt pangu ant-financial-llm qianying yinggame yingsound iflytek-spark
product: kimi realm galaxy-z pixel-9 xiaomi-su7 ai-listening-speaking-classroom
    ai-teaching-research-platform humanoid-robot smart-factory-devices edge-devices on-device-ai-terminals
    domestic-ai-chips
organisation: 01-ai deepseek openai google google-deepmind stanford-university anthropic alibaba
    alibaba-cloud baidu baidu-ai-cloud meta apple microsoft ant-digital morse-team ant-group samsung
    xiaomi-auto china-southern-power-grid state-grid-shandong lepton-ai huawei-cloud giant-network cs-disco
    fada-huiyun iflytek qbitai cast cast-general-office science-technology-daily moonshot-ai
    shukun-technology
person: wan-gang kai-fu-lee liu-zhiyuan sun-honghang deepseek-technical-lead
publication: source-article qianzhan-keji ai-trends-report-2024
event: sora-release o1-release deepseek-v3-release llama-launch-2024 wan-gang-survey
    neurips-2024-privacy-challenge
technique: quiet-star multimodal-large-model text-to-video multi-head-latent-attention mixture-of-experts
    long-context transformer self-supervised-learning reinforcement-learning supervised-fine-tuning rlhf
    synthetic-data low-code rag naive-rag advanced-rag hybrid-retrieval bm25 semantic-similarity-retrieval
    rrf-fusion rerank distillation pruning cloud-edge-collaboration adaptive-ability transfer-learning
    explainability-algorithms llm-security-framework intelligent-coding complex-reasoning conversational-ai
    large-language-model
domain: finance healthcare medical-imaging manufacturing ai-assistants energy gaming legal education
    autonomous-driving artistic-creation industrial-manufacturing logistics nursing home-services
    sports-training computing-infrastructure
theme: large-models-in-2024 machine-external-brain llm-business-models new-quality-productive-forces
    small-but-precise-models small-and-beautiful ai-outlook-2025 multimodal-data-fusion
    adaptive-and-transfer-learning explainability responsible-ai vertical-domain-models
    privacy-and-data-security green-computing quantum-ai embodied-intelligence
"""

# claim: entry, attribute, quantity, unit, bound, relative to
FIGURES = [
    ("F1.1-13", "sora", "length", "20", "seconds", "at most", None),
    ("F1.3-09", "claude-3", "context", "1000000", "tokens", "at most", None),
    ("F1.3-11", "gemini-1.5-pro", "context", "1000000", "tokens", "at most", None),
    ("F1.3-13", "gpt-4-turbo", "context", "128000", "tokens", "exactly", None),
    ("F1.3-14", "kimi", "context", "2000000", "characters", "exactly", None),
    ("F1.5-13", "deepseek-v3", "cost", "5580000", "USD", "exactly", None),
    ("F1.5-14", "deepseek-v3", "cost ratio", "0.05", "ratio", "less than", "gpt-4"),
    ("F1.7-07", "deepseek-coder-v2", "languages", "86", "languages", "exactly", None),
    ("F1.7-08", "deepseek-coder-v2", "languages", "338", "languages", "exactly", None),
    ("F1.7-09", "deepseek-coder-v2", "context", "16000", "tokens", "exactly", None),
    ("F1.7-10", "deepseek-coder-v2", "context", "128000", "tokens", "exactly", None),
    ("F2.4-07", "shukungpt", "accuracy", "98", "percent", "exactly", None),
    ("F2.4-11", "pangu", "efficiency", "33", "percent", "exactly", None),
    ("F2.4-12", "pangu", "binding", "40", "percent", "at least", None),
]

# what the article counts: entry, attribute, how many
COUNTED = [
    ("rag", "step", 3), ("rag", "module", 2), ("llm-security-framework", "aspect", 12),
    ("responsible-ai", "principle", 5), ("vertical-domain-models", "criterion", 5),
    ("privacy-and-data-security", "measure", 4), ("green-computing", "measure", 3), ("long-context", "method", 5),
    ("multimodal-data-fusion", "challenge", 3), ("llm-business-models", "business", 3),
]  # fmt: skip

DAYS = [
    ("F0.2-06", "wan-gang-survey", "2024-11-11..2024-11-12"),
    ("F1.1-10", "sora", "2024-12-10"),
    ("F1.2-13", "o1", "2024-09-13"),
    ("F1.5-06", "deepseek-v3", "2024-12-26"),
]

# one entry, relation, the other: each is read from both ends
RELATIONS = """
01-ai founder kai-fu-lee
kai-fu-lee works_at 01-ai
wan-gang works_at cast
wan-gang-survey led_by wan-gang
wan-gang-survey visited 01-ai deepseek
liu-zhiyuan works_at qianzhan-keji
sun-honghang works_at cast-general-office
sora developer openai
o1 developer openai
gpt-4-turbo developer openai
gemini-2.0 developer google
gemini-1.5-pro developer google
pixel-9 maker google
genie-2 developer google-deepmind
quiet-star proposed_by stanford-university
deepseek-model developer deepseek
deepseek-v3 developer deepseek
deepseek-coder-v2 developer deepseek
claude-3 developer anthropic
qwen developer alibaba alibaba-cloud
ernie-bot developer baidu
llama developer meta
llama-3 developer meta
ferret developer apple
realm developer apple
phi developer microsoft
morse-team part_of ant-digital
morse-team took_part_in neurips-2024-privacy-challenge
galaxy-z maker samsung
xiaomi-su7 maker xiaomi-auto
baidu-ai-cloud partner china-southern-power-grid state-grid-shandong
pangu developer huawei-cloud
ant-financial-llm developer ant-group
qianying developer giant-network
yinggame part_of qianying
yingsound part_of qianying
iflytek-spark developer iflytek
ai-listening-speaking-classroom uses iflytek-spark
ai-teaching-research-platform uses iflytek-spark
ai-trends-report-2024 published_by qbitai
quiet-star uses reinforcement-learning
llama-3 uses transformer self-supervised-learning supervised-fine-tuning rlhf
deepseek-model uses multi-head-latent-attention mixture-of-experts
gemini-1.5-pro uses mixture-of-experts
qwen uses mixture-of-experts
deepseek-v3 uses mixture-of-experts
phi uses synthetic-data
sora uses text-to-video
hybrid-retrieval uses bm25 semantic-similarity-retrieval
rrf-fusion part_of rag
rerank part_of rag
hybrid-retrieval part_of rag
deepseek-v3 compared_with gpt-4o claude-3.5-sonnet
deepseek-coder-v2 claimed_better_than gpt-4-turbo claude-3-opus gemini-1.5-pro
advanced-rag claimed_better_than naive-rag
humanoid-robot uses embodied-intelligence
geneformer applied_in healthcare
shukungpt applied_in healthcare
pangu applied_in healthcare
ant-financial-llm applied_in finance
qianying applied_in gaming
cs-disco applied_in legal
fada-huiyun applied_in legal
iflytek-spark applied_in education
baidu-ai-cloud applied_in energy
lepton-ai applied_in energy
""".strip().splitlines()


@pytest.fixture(scope="module")
def facts(base: FactBase) -> dict[str, tuple[str, Fact]]:
    """Every fact by each of its ids, with its entry."""
    return {fact_id: (entry.id, fact) for entry, fact in base.all_facts() for fact_id in fact_ids(fact)}


def sentences(base: FactBase) -> list[tuple[str, str, str]]:
    """Everything people read, with its place: (where, English, Chinese)."""
    found = []
    for entry in base.entries.values():
        found.append((entry.id, entry.name.en, entry.name.zh))
        found.append((f"{entry.id} summary", entry.summary.en, entry.summary.zh))
        found.extend((f"{entry.id} not to confuse", text.en, text.zh) for text in entry.not_to_confuse)
        found.extend((f"{entry.id} {fact.id or fact.en}", fact.en, fact.zh) for fact in entry.facts)
        found.extend((f"{entry.id} {note.id}", note.en, note.zh) for note in entry.notes)
        for fact in entry.facts:
            if isinstance(fact.value, ListValue):
                found.extend((f"{entry.id} {fact.id} item", item.en, item.zh) for item in fact.value.list)
    return found


def test_every_claim_of_the_article_is_there_once(base: FactBase) -> None:
    found = Counter(
        fact_id for _, fact in base.all_facts() for fact_id in fact_ids(fact) if re.match(r"F\d", fact_id)
    )

    assert len(CLAIM_IDS) == 403
    assert sorted(found) == sorted(CLAIM_IDS)
    assert set(found.values()) == {1}


def test_every_dispute_is_there_once(base: FactBase) -> None:
    found = Counter(note.id for entry in base.entries.values() for note in entry.notes)

    assert [note for note in (f"D{number:02}" for number in range(1, 58)) if found[note] != 1] == []


def test_every_entry_of_the_inventory_is_there_under_its_kind(base: FactBase) -> None:
    wanted = re.findall(r"^(\w+): ((?:.+\n(?: +.+\n)*))", ENTRIES, re.MULTILINE)
    expected = {entry_id: kind for kind, ids in wanted for entry_id in ids.split()}

    assert len(expected) >= 145
    assert {entry_id: str(base[entry_id].kind) for entry_id in expected if entry_id in base} == expected


@pytest.mark.parametrize("figure", FIGURES, ids=[figure[0] for figure in FIGURES])
def test_a_figure_is_as_printed(
    facts: dict[str, tuple[str, Fact]], figure: tuple[str, str, str, str, str, str, str | None]
) -> None:
    claim, entry, about, quantity, unit, bound, of = figure
    owner, fact = facts[claim]

    assert (owner, fact.about) == (entry, about)
    assert isinstance(fact.value, QuantityValue)
    assert (fact.value.quantity, fact.value.unit, fact.value.bound) == (Decimal(quantity), unit, bound)
    assert fact.value.of == of


@pytest.mark.parametrize(("entry", "about", "count"), COUNTED)
def test_what_the_article_counts_is_a_list_of_so_many(
    base: FactBase, entry: str, about: str, count: int
) -> None:
    counts = [
        fact.value.count
        for fact in base.facts_of(entry)
        if fact.about == about and isinstance(fact.value, ListValue)
    ]

    assert count in counts


@pytest.mark.parametrize(("claim", "entry", "day"), DAYS)
def test_a_day_is_as_printed_and_in_chinas_zone(
    facts: dict[str, tuple[str, Fact]], claim: str, entry: str, day: str
) -> None:
    owner, fact = facts[claim]

    assert owner == entry
    assert isinstance(fact.value, DateValue)
    assert (fact.value.date, fact.value.zone) == (day, "Asia/Shanghai")


def test_only_those_four_days_are_the_articles(base: FactBase) -> None:
    days = [
        fact.id
        for _, fact in base.all_facts()
        if isinstance(fact.value, DateValue)
        and fact.value.span.precision in ("day", "range")
        and any(source_id(cited) == "article" for cited in fact.source)
    ]

    assert {claim for claim, _, _ in DAYS} <= set(days)
    assert [
        day for day in days if day and day.startswith("F") and day not in {claim for claim, _, _ in DAYS}
    ] == []


def test_every_day_has_a_zone(base: FactBase) -> None:
    assert [
        fact.id
        for _, fact in base.all_facts()
        if isinstance(fact.value, DateValue)
        and fact.value.span.precision in ("day", "range")
        and "zone" not in fact.value.model_fields_set
    ] == []


@pytest.mark.parametrize("row", RELATIONS)
def test_a_relation_is_read_from_both_ends(base: FactBase, row: str) -> None:
    one, relation, *others = row.split()
    attribute = relation.replace("_", " ")

    for other in others:
        assert other in base.related(one, attribute)
        assert one in base.related(other, attribute, inverse=True)


def test_the_articles_claims_cite_the_article_alone(base: FactBase) -> None:
    mixed = []
    for entry, fact in base.all_facts():
        claims = [fact_id for fact_id in fact_ids(fact) if re.match(r"F\d", fact_id)]
        sources = {source_id(cited) for cited in fact.source}
        if claims and sources != {"article"}:
            mixed.append((entry.id, fact.id, sources))
    assert mixed == []


def test_a_claim_cites_its_own_paragraph(base: FactBase) -> None:
    astray = []
    for entry, fact in base.all_facts():
        places = {source_place(cited) for cited in fact.source}
        for fact_id in fact_ids(fact):
            paragraph = re.match(r"F(\d+\.\d+)-", fact_id)
            if paragraph and paragraph[1] not in places:
                astray.append((entry.id, fact_id, places))
    assert astray == []


def test_every_public_source_can_be_opened_and_is_used(base: FactBase) -> None:
    cited = {source_id(one) for entry in base.entries.values() for one in entry.summary.source}
    cited |= {source_id(one) for _, fact in base.all_facts() for one in fact.source}
    cited |= {
        source_id(one) for entry in base.entries.values() for note in entry.notes for one in note.source
    }

    assert [
        source.id
        for source in base.sources.values()
        if source.kind in ("primary", "secondary") and not source.url
    ] == []
    assert set(base.sources) - cited == set()


def test_every_entry_is_found_by_each_of_its_names(knowledge: Knowledge) -> None:
    base, matcher = knowledge.base, knowledge.matcher
    lost = []
    for entry in base.entries.values():
        words = set(entry.aliases.word)
        kinds = frozenset([str(entry.kind)])
        for text, sort in [(entry.name.en, "title"), (entry.name.zh, "title"), *entry.aliases.typed()]:
            if sort in ("related", "word"):
                continue
            plain = [match.entry for match in matcher.match(text).sure]
            asked = [match.entry for match in matcher.match(text, kinds=kinds).sure]
            if entry.id not in (asked if text in words else plain):
                lost.append((entry.id, text, plain))
    assert lost == []


def test_a_related_name_is_never_answered(knowledge: Knowledge) -> None:
    wrong = [
        (entry.id, text)
        for entry in knowledge.base.entries.values()
        for text in entry.aliases.related
        if entry.id in {match.entry for match in knowledge.matcher.match(text).sure}
    ]

    assert wrong == []


def test_the_chinese_is_in_simplified_characters(base: FactBase) -> None:
    simplify = opencc.OpenCC("t2s").convert

    assert [(where, zh) for where, _, zh in sentences(base) if simplify(zh) != zh] == []


AMERICAN = re.compile(
    r"\b(?:organiz|optimiz|summariz|recogniz|generaliz|analyz|minimiz|maximiz|utiliz|specializ|personaliz|tokeniz)\w*"
    r"|\b(?:behavior|color|favor|labor|center|fiber|modeling|labeled|labeling|traveled|canceled|fulfill|defense"
    r"|license[sd]? under|program(?:s)? of study)\b",
    re.IGNORECASE,
)


def test_the_english_is_british(base: FactBase) -> None:
    assert [(where, found[0]) for where, en, _ in sentences(base) for found in AMERICAN.finditer(en)] == []


def test_sentences_end(base: FactBase) -> None:
    wrong = []
    for entry in base.entries.values():
        told = [(entry.summary.en, entry.summary.zh), *((fact.en, fact.zh) for fact in entry.facts)]
        told += [(note.en, note.zh) for note in entry.notes]
        for en, zh in told:
            if not re.search(r"[.?!][”’\")]?$", en) or not re.search(r"[。？！][”』」）]?$", zh):
                wrong.append((entry.id, en, zh))
    assert wrong == []


def test_what_is_only_offered_is_no_question_about_the_entry(base: FactBase) -> None:
    """“RAG steps” asks what the steps of RAG are; under `related` it would be a thing of its own, never answered."""
    own = {(name.entry, name.text.lower()) for name in base.names if name.type != "related"}
    asking = [
        (entry.id, text)
        for entry in base.entries.values()
        for text in entry.aliases.related
        for words in [text.lower().split()]
        if (entry.id, " ".join(words[:-1])) in own
        and (intent := intent_of(words[-1], entry.kind)) is not None
        if any(fact.about in intent.attributes for fact in entry.facts)
    ]
    assert asking == []


def test_a_quote_is_short(base: FactBase) -> None:
    assert [fact.id for _, fact in base.all_facts() if fact.quote and len(fact.quote) > 25] == []


def test_a_quote_is_the_articles_own(base: FactBase) -> None:
    if not ARTICLE.exists():
        assert any(fact.quote for _, fact in base.all_facts())
        return
    article = re.sub(r"\s+", "", ARTICLE.read_text("utf-8"))
    article = re.sub(r"[12]\.(?:科技日报社《前瞻科技》编辑部|中国科学技术协会办公厅)", "", article) + article

    strange = [
        (fact.id, fact.quote)
        for _, fact in base.all_facts()
        if fact.quote
        and fact.source[0].startswith("article")
        and re.sub(r"\s+", "", fact.quote) not in article
    ]
    assert strange == []
