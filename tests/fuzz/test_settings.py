"""Whatever stands in the environment or in `.env`, there are settings or one readable error, without a secret in it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aibot.cli.environment import read_env
from aibot.errors import SettingsError
from aibot.secrets import SECRETS
from aibot.settings import Settings, read_settings
from aibot.variables import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

BOT, APP, SECRET = "xoxb-1-2-abcdef", "xapp-1-A1-2-abcdef", "0123456789abcdef0123456789abcdef"
NAMES = [setting.name for setting in SETTINGS]

names = st.sampled_from([*NAMES, *(f"{name}_FILE" for name in SECRETS)]) | st.text(max_size=8).map(
    "AIBOT_{}".format
)
values = (
    st.text(max_size=40)
    | st.characters()  # half characters, as a broken environment has them
    | st.sampled_from(
        (BOT, APP, SECRET, "", " ", "\0", "٣", "1e3", "/", "9" * 5000, "http://", "ZH", "/ai\n", "-1")
    )
)


@settings(max_examples=400, deadline=None)
@given(environ=st.dictionaries(names, values, max_size=8), http=st.booleans())
@example(environ={"SLACK_BOT_TOKEN_FILE": "."}, http=False)
@example(environ={"SLACK_BOT_TOKEN_FILE": "\0", "AIBOT_FACTS": "\0"}, http=True)
def test_any_environment(environ: dict[str, str], http: bool) -> None:  # noqa: FBT001
    try:
        found = read_settings(environ, http=http)
    except SettingsError as error:
        said = str(error)
        assert said
        assert not any(secret in said for secret in (BOT, APP, SECRET))
        assert len(said) < 6_000
    else:
        assert isinstance(found, Settings)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.binary(max_size=200) | st.text(alphabet="AIBOT_=\"'\\\n $#{}\r\t", max_size=60).map(str.encode)
)
def test_any_env_file(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(text)
    with contextlib.suppress(SettingsError):
        assert all(name.startswith(("AIBOT_", "SLACK_")) and value for name, value in read_env(path).items())


def test_a_secret_is_not_said_whatever_variable_holds_it() -> None:
    for name in NAMES:
        for secret in (BOT, APP, SECRET):
            with pytest.raises(SettingsError) as caught:
                read_settings({name: secret}, http=True)
            assert secret not in str(caught.value)
