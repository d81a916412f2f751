"""What holds for every text and every name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibot.core.matching import Matcher, Matches, Name, clean, key

LOOSELY_SLACK = st.text(
    st.one_of(st.characters(), st.sampled_from(list("<>@#|:&;'’vV23. -_，。深度求索gptGPTｇ４"))),
    max_size=200,
)


@given(LOOSELY_SLACK)
def test_key_of_a_key_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


@given(LOOSELY_SLACK)
@settings(max_examples=300)
def test_any_text_gets_bounded_matches_inside_it(matcher: Matcher, text: str) -> None:
    found = matcher.match(text)
    assert len(found.maybe) <= 5
    spans = [(match.start, match.end) for match in (*found.sure, *found.maybe)]
    spans += [(missing.start, missing.end) for missing in found.missing]
    for start, end in spans:
        assert 0 <= start < end <= len(found.cleaned) <= 600
    for match in (*found.sure, *found.maybe):
        assert 0 < match.score <= 100
    assert [m.start for m in found.sure] == sorted(m.start for m in found.sure)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "深度求索" * 30_000, "gpt-4 " * 20_000, "<@" * 50_000, "\x00" * 9, "\ud800訊飛"]
)
def test_long_and_broken_text_is_cut(matcher: Matcher, text: str) -> None:
    assert len(matcher.match(text).cleaned) <= 600


@given(st.integers(), st.sampled_from(["{}", "{}!", "v{}", " {} ", "{}%", "{}.5"]))
def test_numbers_name_nothing(matcher: Matcher, number: int, form: str) -> None:
    found = matcher.match(form.format(number))
    assert found == Matches(found.cleaned, rest=found.cleaned)


def test_every_name_finds_its_entry(matcher: Matcher, names: list[Name]) -> None:
    for name in names:
        found = matcher.match(name.text)
        if name.type == "related":
            assert name.entry in {entry for missing in found.missing for entry in missing.family}, name
            assert not found.sure, name
        else:
            assert name.entry in {match.entry for match in found.sure}, (name, found)


@pytest.mark.parametrize(
    "rewrite",
    [
        str.upper,
        str.lower,
        lambda text: f"  {text}?! ",
        lambda text: f"<@U012AB3CD> *{text}*",
        lambda text: f"“{text}”",
    ],
)
def test_looks_never_matter(matcher: Matcher, names: list[Name], rewrite: object) -> None:
    assert callable(rewrite)
    for name in names:
        if name.type == "related" or len(key(name.text)) <= 3:
            continue
        assert name.entry in {match.entry for match in matcher.match(rewrite(name.text)).sure}, name


@given(LOOSELY_SLACK)
def test_clean_leaves_one_line(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
