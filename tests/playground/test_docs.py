"""docs/fake-slack.md lists what the code plays: `python -m tests.playground.test_docs` writes the tables anew."""

from __future__ import annotations

from pathlib import Path

from aibot.playground.fake_slack import rules
from aibot.playground.fake_slack.limits import LIMITS, TOTALS
from aibot.playground.fake_slack.rules import RULES
from aibot.playground.fake_slack.web_api import METHODS

PAGE = Path(__file__).parents[2] / "docs" / "fake-slack.md"


def rules_table() -> str:
    rows = [f"| `{name}` | {rule.says} | [page]({rule.url}) |" for name, rule in RULES.items()]
    return "\n".join(["| rule | what Slack says | where |", "|---|---|---|", *rows])


def methods_list() -> str:
    rows = [f"| `{name}` | {' or '.join(METHODS[name].scopes) or '–'} |" for name in sorted(METHODS)]
    return "\n".join(["| method | scope |", "|---|---|", *rows])


def written(page: str) -> str:
    for mark, table in (("rules", rules_table()), ("methods", methods_list())):
        before, _, rest = page.partition(f"<!-- {mark} -->")
        _, _, after = rest.partition(f"<!-- /{mark} -->")
        page = f"{before}<!-- {mark} -->\n{table}\n<!-- /{mark} -->{after}"
    return page


def test_the_page_lists_every_rule_and_method() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page), "run: python -m tests.playground.test_docs"


def test_every_rule_is_named_where_it_is_played() -> None:
    package = Path(rules.__file__).parent
    code = "".join(path.read_text("utf-8") for path in package.rglob("*.py") if path.name != "rules.py")
    assert [name for name in RULES if name not in code] == []


def test_every_rule_and_limit_has_its_page() -> None:
    urls = [rule.url for rule in RULES.values()] + [limit.url for limit in (*LIMITS, *TOTALS)]
    assert all(url.startswith(("https://docs.slack.dev/", "https://github.com/slackapi/")) for url in urls)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
