"""Settings: every problem told at once, each in one line that says what to do, and no secret in any of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aibot.errors import SettingsError
from aibot.settings import read_settings, settings_table
from aibot.variables import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

BOT, APP, SECRET = "xoxb-1-2-abcdef", "xapp-1-A1-2-abcdef", "0123456789abcdef0123456789abcdef"
GOOD = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": SECRET}


def problems(environ: Mapping[str, str], *, http: bool = False) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ, http=http)
    for secret in (BOT, APP, SECRET):
        assert secret not in str(caught.value)
    return str(caught.value).splitlines()


def test_what_is_not_set_has_a_default() -> None:
    settings = read_settings(GOOD, http=False)
    assert (settings.command, settings.port, settings.api_url) == ("/ai", 3000, "https://slack.com/api/")


def test_socket_mode_needs_no_signing_secret_and_http_no_app_token() -> None:
    assert read_settings({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, http=False).app_token == APP
    assert (
        read_settings({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET}, http=True).signing_secret
        == SECRET
    )


@pytest.mark.parametrize("http", [False, True])
def test_each_missing_token_is_one_line_that_says_where_to_get_it(http: bool) -> None:  # noqa: FBT001
    first, second = problems({}, http=http)
    assert first.startswith("SLACK_BOT_TOKEN is not set;")
    assert second.startswith(f"{'SLACK_SIGNING_SECRET' if http else 'SLACK_APP_TOKEN'} is not set;")
    assert all("https://api.slack.com/apps" in line for line in (first, second))


def test_swapped_tokens_are_seen() -> None:
    lines = problems({**GOOD, "SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT})
    assert [line.partition(":")[0] for line in lines] == [
        "SLACK_BOT_TOKEN holds an app-level token (xapp-…); the two are swapped",
        "SLACK_APP_TOKEN holds a bot token; the two are swapped",
    ]
    (line,) = problems({**GOOD, "SLACK_BOT_TOKEN": SECRET})
    assert line.startswith("SLACK_BOT_TOKEN holds what looks like the signing secret; the two are swapped")


@pytest.mark.parametrize(
    "value", ["xoxb", "xoxb-", "hello", "xoxb-1 2", "xoxe-1-abcdef", '"xoxb-1-2-abcdef"']
)
def test_a_malformed_token_is_refused_without_being_said(value: str) -> None:
    (line,) = problems({**GOOD, "SLACK_BOT_TOKEN": value})
    assert line.startswith("SLACK_BOT_TOKEN has the wrong form: https://api.slack.com/apps")


def test_a_user_token_is_no_bot_token() -> None:
    (line,) = problems({**GOOD, "SLACK_BOT_TOKEN": "xoxp-1-2-abcdef"})
    assert line.startswith("SLACK_BOT_TOKEN holds a user token (xoxp-…)")


def test_spaces_around_a_token_do_no_harm() -> None:
    assert read_settings({**GOOD, "SLACK_BOT_TOKEN": f" {BOT}\n"}, http=False).bot_token == BOT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIBOT_COMMAND", "ai"), ("AIBOT_COMMAND", "/a b"), ("AIBOT_COMMAND", "/" + "x" * 32),
        ("AIBOT_PORT", "http"), ("AIBOT_PORT", "65536"), ("AIBOT_PORT", "-1"), ("AIBOT_PORT", "٣"),
        ("AIBOT_PORT", "9" * 5000),
        ("AIBOT_LANGUAGE", "fr"), ("AIBOT_LOG_LEVEL", "loud"),
        ("SLACK_API_URL", "slack.com/api"), ("SLACK_API_URL", "ftp://slack.com/"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    (line,) = problems({**GOOD, name: value})
    assert line.startswith(f"{name} is '{value[:20]}")


def test_a_misspelt_setting_is_refused_with_the_right_one() -> None:
    assert problems({**GOOD, "AIBOT_COMAND": "/x"}) == [
        "AIBOT_COMAND is not a setting; did you mean AIBOT_COMMAND?"
    ]
    (line,) = problems({**GOOD, "AIBOT_COLOUR_OF_THE_SKY": "blue"})
    assert "the settings are AIBOT_COMMAND" in line


def test_all_problems_are_told_at_once() -> None:
    assert len(problems({"AIBOT_PORT": "x", "AIBOT_LANGUAGE": "x", "AIBOT_PROT": "1"})) == 5


def test_secrets_stay_out_of_the_representation() -> None:
    shown = repr(read_settings(GOOD, http=False))
    assert not any(secret in shown for secret in (BOT, APP, SECRET))


def test_the_api_url_may_lack_its_slash() -> None:
    assert read_settings({**GOOD, "SLACK_API_URL": "http://127.0.0.1:1/api"}, http=False).api_url.endswith(
        "/api/"
    )


def test_every_setting_says_what_it_means() -> None:
    assert all(setting.name.startswith(("AIBOT_", "SLACK_")) and setting.meaning for setting in SETTINGS)


def test_an_empty_variable_counts_as_not_set() -> None:
    settings = read_settings({**GOOD, "AIBOT_COMMAND": "", "AIBOT_PORT": " "}, http=False)
    assert (settings.command, settings.port) == ("/ai", 3000)


def test_a_zone_is_an_iana_id_in_any_case() -> None:
    assert read_settings(GOOD, http=False).zone == "UTC"
    assert read_settings({**GOOD, "AIBOT_ZONE": "asia/shanghai"}, http=False).zone == "Asia/Shanghai"
    (line,) = problems({**GOOD, "AIBOT_ZONE": "Asia/Shangai"})
    assert (
        line
        == "AIBOT_ZONE is 'Asia/Shangai'; it is an IANA id such as Asia/Shanghai; did you mean Asia/Shanghai?"
    )
    (line,) = problems({**GOOD, "AIBOT_ZONE": "the office"})
    assert line == "AIBOT_ZONE is 'the office'; it is an IANA id such as Asia/Shanghai"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text(f"{BOT}\n", "utf-8")
    settings = read_settings(
        {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "bot"), "SLACK_APP_TOKEN": APP}, http=False
    )
    assert settings.bot_token == BOT


def test_the_databases_address_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "database").write_text("postgresql://aibot:secret@db/aibot\n", "utf-8")
    settings = read_settings({**GOOD, "AIBOT_DATABASE_FILE": str(tmp_path / "database")}, http=False)
    assert settings.database == "postgresql://aibot:secret@db/aibot"
    (line,) = problems({**GOOD, "AIBOT_DATABASE_FILE": str(tmp_path / "none")})
    assert line.startswith("AIBOT_DATABASE_FILE names")


def test_a_secret_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (line,) = problems({"SLACK_APP_TOKEN": APP, "SLACK_BOT_TOKEN_FILE": str(tmp_path / "none")})
    assert (
        line
        == f"SLACK_BOT_TOKEN_FILE names '{tmp_path}/none', which cannot be read: No such file or directory"
    )
    (line,) = problems({"SLACK_APP_TOKEN": APP, "SLACK_BOT_TOKEN_FILE": "/dev/zero"})
    assert line == "SLACK_BOT_TOKEN_FILE names '/dev/zero', which is too large for a secret"


def test_a_secret_in_two_places_is_refused(tmp_path: Path) -> None:
    (line,) = problems({**GOOD, "SLACK_BOT_TOKEN_FILE": str(tmp_path / "none")})
    assert line == "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set; keep one"


def test_a_secret_in_the_wrong_variable_is_not_said() -> None:
    problems({**GOOD, "AIBOT_COMMAND": BOT, "AIBOT_LANGUAGE": APP, "SLACK_API_URL": SECRET})


def test_both_ports_must_differ() -> None:
    (line,) = problems({**GOOD, "AIBOT_PORT": "3000", "AIBOT_HEALTH_PORT": "3000"}, http=True)
    assert line == "AIBOT_HEALTH_PORT and AIBOT_PORT are both 3000; they listen apart"


def test_the_documentation_has_the_table_the_code_makes() -> None:
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    between = page.split("<!-- settings: `aibot settings` -->\n")[1].split("\n<!-- end of settings -->")[0]
    assert between == settings_table()


@pytest.mark.parametrize(
    "contact", ["U012AB3CD", "W0", "none@example.org", "https://example.org/help", "http://intranet/aibot"]
)
def test_who_to_ask_is_a_person_an_address_or_a_page(contact: str) -> None:
    assert read_settings({**GOOD, "AIBOT_CONTACT": contact}, http=False).contact == contact


@pytest.mark.parametrize(
    "contact",
    [
        "Ada",
        "#help",
        "u012ab3cd",
        "ada@",
        "@ada",
        "https://a b",
        "https://x|y",
        "javascript:alert(1)",
        "<!here>",
    ],
)
def test_who_to_ask_is_nothing_else(contact: str) -> None:
    (line,) = problems({**GOOD, "AIBOT_CONTACT": contact}, http=False)
    assert line.startswith(f"AIBOT_CONTACT is '{contact}'; it is a user id")


def test_nobody_is_named_unless_somebody_is_set() -> None:
    assert read_settings(GOOD, http=False).contact == ""


KEY = "0" * 43 + "="
MANY = {
    "SLACK_CLIENT_ID": "1.1",
    "SLACK_CLIENT_SECRET": "fedcba9876543210fedcba9876543210",
    "SLACK_SIGNING_SECRET": SECRET,
    "AIBOT_KEYS": KEY,
    "AIBOT_URL": "https://bot.example.org/ai/",
}


def test_many_workspaces_are_chosen_by_settings_alone() -> None:
    settings = read_settings(MANY, http=True)
    assert (settings.many, settings.url, settings.keys) == (True, "https://bot.example.org/ai", (KEY,))
    assert not read_settings({**MANY, "SLACK_BOT_TOKEN": BOT}, http=True).many
    assert KEY not in repr(settings)
    assert MANY["SLACK_CLIENT_SECRET"] not in repr(settings)


def test_a_worker_for_many_workspaces_hears_nothing_and_needs_no_address() -> None:
    needed = {name: MANY[name] for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "AIBOT_KEYS")}
    assert read_settings(needed, http=None).many


@pytest.mark.parametrize("name", sorted(MANY))
def test_what_is_missing_for_many_workspaces_is_one_line(name: str) -> None:
    if name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        assert len(problems({name: MANY[name]}, http=True)) == 4
    (line,) = problems({**MANY, name: ""}, http=True)
    assert line.startswith(f"{name} is not set;")


def test_many_workspaces_take_http_and_a_database() -> None:
    (line,) = problems(MANY)
    assert "`aibot run --http`" in line
    (line,) = problems({**MANY, "AIBOT_DATABASE": "off"}, http=True)
    assert line.startswith("AIBOT_DATABASE is off;")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIBOT_KEYS", "short"),
        ("AIBOT_KEYS", f"{KEY},x"),
        ("SLACK_CLIENT_ID", "A1"),
        ("SLACK_CLIENT_SECRET", "x"),
    ],
)
def test_a_malformed_secret_of_many_workspaces_is_refused_without_being_said(name: str, value: str) -> None:
    (line,) = problems({**MANY, name: value}, http=True)
    assert line.startswith(f"{name} has the wrong form: ")
    assert KEY not in line


@pytest.mark.parametrize(
    "value", ["bot.example.org", "http://bot.example.org", "http://localhost.example.org"]
)
def test_the_public_address_is_https(value: str) -> None:
    (line,) = problems({**MANY, "AIBOT_URL": value}, http=True)
    assert line.startswith(f"AIBOT_URL is '{value}'")


def test_the_machine_itself_may_be_the_public_address_for_trying() -> None:
    assert (
        read_settings({**MANY, "AIBOT_URL": "http://127.0.0.1:3000"}, http=True).url
        == "http://127.0.0.1:3000"
    )


def test_keys_may_stand_in_a_file_one_a_line(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{KEY}\n{'1' * 43}=\n", "utf-8")
    settings = read_settings({**MANY, "AIBOT_KEYS": "", "AIBOT_KEYS_FILE": str(tmp_path / "keys")}, http=True)
    assert settings.keys == (KEY, f"{'1' * 43}=")


def test_an_empty_variable_counts_as_not_set_whatever_its_name() -> None:
    assert read_settings({**GOOD, "AIBOT_OLD": ""}, http=False).command == "/ai"
