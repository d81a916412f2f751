"""The command itself, started as people start it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from aibot import __version__
from aibot.cache import FILE
from aibot.load import default_facts_path

if TYPE_CHECKING:
    from pathlib import Path

AIBOT = [sys.executable, "-m", "aibot"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own and nothing else that could matter."""
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}


def run(
    home: dict[str, str], *arguments: str, given: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*AIBOT, *arguments],
        input=given,
        capture_output=True,
        env={**home, **environ},
        timeout=60,
        check=False,
    )


def on_a_terminal(home: dict[str, str], *arguments: str, **environ: str) -> str:
    """What the command writes to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*AIBOT, *arguments], stdout=theirs, stdin=theirs, stderr=theirs, env={**home, **environ}
    )
    os.close(theirs)
    written = b""
    try:
        while read := os.read(ours, 65_536):
            written += read
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(60) == 0
    return written.decode()


def test_a_question_prints_its_card(home: dict[str, str]) -> None:
    done = run(home, "ask", "how", "long", "are", "Sora", "videos?")

    assert done.returncode == 0
    assert done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "Sora (model)"
    assert "up to 20 seconds" in lines[1]
    assert b"\x1b" not in done.stdout


def test_the_answer_comes_in_the_language_of_the_question_or_the_one_wished(home: dict[str, str]) -> None:
    assert "最长 20 秒" in run(home, "ask", "Sora 视频最长多少秒").stdout.decode()
    assert "最长 20 秒" in run(home, "ask", "--language", "zh", "how long are Sora videos").stdout.decode()


def test_colour_is_for_terminals(home: dict[str, str]) -> None:
    assert "\x1b[1mSora (model)\x1b[0m" in on_a_terminal(home, "ask", "sora")
    assert "\x1b" not in on_a_terminal(home, "ask", "sora", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(home, "ask", "--color", "never", "sora")
    assert b"\x1b[1m" in run(home, "ask", "--color", "always", "sora").stdout


def test_colour_changes_nothing_but_colour(home: dict[str, str]) -> None:
    plain = run(home, "ask", "deepseek-v3").stdout.decode()
    coloured = run(home, "ask", "--color", "always", "deepseek-v3").stdout.decode()

    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_one_object_as_json(home: dict[str, str]) -> None:
    found = json.loads(run(home, "ask", "--json", "when did Sora come out?").stdout)

    assert list(found) == ["question", "outcome", "entries", "intent", "text", "blocks", "rich"]
    assert found["question"] == "when did Sora come out?"
    assert found["outcome"] == "answer"
    assert found["entries"] == [{"id": "sora", "kind": "model", "name": {"en": "Sora", "zh": "Sora"}}]
    assert found["intent"] == "when"
    assert "10 December 2024" in found["text"]
    assert found["blocks"][0]["type"]
    assert found["rich"] is None


def test_tables_and_charts_stand_beside_the_classic_blocks(home: dict[str, str]) -> None:
    found = json.loads(run(home, "ask", "--json", "compare claude 3.5 sonnet, gpt-4o").stdout)

    kinds = [{block["type"] for block in found[form]} for form in ("blocks", "rich")]
    assert kinds[0].isdisjoint({"data_table", "data_visualization"})
    assert {"data_table", "data_visualization"} <= kinds[1]


def test_one_object_a_line_for_one_question_a_line(home: dict[str, str]) -> None:
    given = (
        b"sora\n\ngpt-7\r\nbest pizza\n\xff\xfe bad bytes\n"
        + "千影是谁做的".encode()
        + b"\nno line end: kimi"
    )
    done = run(home, "ask", "--jsonl", given=given)
    found = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 0
    assert [one["question"] for one in found] == [
        "sora", "", "gpt-7", "best pizza", "�� bad bytes", "千影是谁做的", "no line end: kimi",
    ]  # fmt: skip
    assert [one["outcome"] for one in found] == [
        "answer", "reject", "suggest", "reject", "reject", "answer", "answer",
    ]  # fmt: skip
    assert all(one["text"] and one["blocks"] for one in found)


def test_an_argument_that_is_no_utf8_is_answered(home: dict[str, str]) -> None:
    done = subprocess.run(
        [*map(os.fsencode, AIBOT), b"ask", b"--json", b"sora \xff"],
        capture_output=True,
        env=home,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["question"] == "sora �"


def test_a_terminal_without_chinese_shows_question_marks(home: dict[str, str]) -> None:
    done = run(home, "ask", "千影是谁做的", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert b"QianYing" in done.stdout
    assert b"?" in done.stdout


def test_a_reader_that_leaves_is_no_error(home: dict[str, str]) -> None:
    command = f"{sys.executable} -m aibot facts list --json | head -c 10"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, env=home, timeout=60, check=False)

    assert done.stderr == b""
    assert len(done.stdout) == 10


def test_check_says_that_nothing_is_wrong(home: dict[str, str]) -> None:
    done = run(home, "facts", "check")

    assert done.returncode == 0
    assert re.search(
        r"facts\.yaml: \d+ entries, \d+ facts, \d+ names; nothing wrong\n"
        r"\d+ facts are never a daily post, since .*: F1\.3-20, .*\n$",
        done.stdout.decode(),
    )


def test_check_takes_files_and_folders(home: dict[str, str]) -> None:
    data = default_facts_path().parent

    for path in (data, data / "facts.yaml", data / "curated" / "models.yaml"):
        assert run(home, "facts", "check", str(path)).returncode == 0


def test_check_tells_everything_wrong_with_one_file_beside_the_base(
    home: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "entries:\n"
        "  - id: mine\n"
        "    kind: modle\n"
        "    name: {en: Mine, zh: 我的}\n"
        "    summary: {en: A model., zh: 模型。, source: article 1}\n"
        "  - id: sora\n"
        "    kind: model\n"
        "    name: {en: Mine too, zh: 也是我的}\n"
        "    summary: {en: A model., zh: 模型。, source: nowhere}\n",
        "utf-8",
    )
    done = run(home, "facts", "check", str(file))
    told = done.stderr.decode().splitlines()

    assert done.returncode == 1
    assert done.stdout == b""
    assert told[0] == "aibot: The fact base has 3 problems:"
    assert [line.split("mine.yaml:")[1].split(".")[0] for line in told[1:]] == [
        "3: entry 'mine': 'kind: modle' is not on the list",
        "6: entry 'sora': the entry id 'sora' is taken already (" + told[2].split("(")[1].split(".")[0],
        "9: entry 'sora': there is no source 'nowhere'",
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "the file cannot be read: No such file or directory"),
        (b"entries: \xff\xfe\n", "the file is not UTF-8 text (byte 9)"),
        (b"a: b\n" * 10_000_000, "the file is larger than 4 MB"),
        ("中".encode() * 1_400_000, "the file is larger than 4 MB"),
        (b"a: &x [*x]\n", "anchors (&) and aliases (*) are not allowed"),
    ],
    ids=["missing", "not utf-8", "50 MB", "cut inside a character", "anchor"],
)
def test_check_refuses_what_is_no_file_of_facts(
    home: dict[str, str], tmp_path: Path, content: bytes | None, what: str
) -> None:
    file = tmp_path / "mine.yaml"
    if content is not None:
        file.write_bytes(content)
    done = run(home, "facts", "check", str(file))

    assert done.returncode == 1
    assert what in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("how", ["up", "absolute", "symlink", "nul"])
def test_a_pack_reads_no_file_outside_its_folder(home: dict[str, str], tmp_path: Path, how: str) -> None:
    """Problems quote what they find, and whoever writes facts may not look around on the machine that checks them."""
    secret, folder = tmp_path / "secret.env", tmp_path / "facts"
    secret.write_text("ZANZIBAR: 1\n", "utf-8")
    folder.mkdir()
    (folder / "link.yaml").symlink_to(secret)
    name = {"up": "../secret.env", "absolute": str(secret), "symlink": "link.yaml", "nul": "a\0.yaml"}[how]
    pack = {"id": "p", "title": {"en": "P", "zh": "P"}, "files": [name]}
    (folder / "facts.yaml").write_text(json.dumps({"packs": [pack]}), "utf-8")
    done = run(home, "facts", "check", str(folder / "facts.yaml"))

    assert done.returncode == 1
    assert "is not in the folder of this one" in done.stderr.decode()
    assert "ZANZIBAR" not in done.stderr.decode()


def test_another_fact_base_can_be_named(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(
        "sources: [{id: me, kind: article, title: {en: Me, zh: 我}}]\n"
        "entries:\n"
        "  - {id: one, kind: model, name: {en: Uno One, zh: 一号}, summary: {en: A model., zh: 模型。, source: me}}\n",
        "utf-8",
    )
    facts = str(tmp_path / "facts.yaml")

    assert run(home, "--facts", facts, "ask", "uno one").stdout.decode().startswith("Uno One")
    assert run(home, "--facts", facts, "facts", "list").stdout.decode().split()[0] == "one"
    assert run(home, "--facts", str(tmp_path / "gone.yaml"), "ask", "x").returncode == 1


def test_the_whole_base_as_json(home: dict[str, str]) -> None:
    data = json.loads(run(home, "facts", "list", "--json").stdout)

    assert set(data) == {"entries", "sources"}
    assert {"id", "kind", "name", "aliases", "facts", "notes"} <= set(data["entries"][0])
    assert {"about", "en", "zh", "source", "status"} <= set(data["entries"][0]["facts"][0])


def test_the_schema_is_the_committed_one(home: dict[str, str]) -> None:
    committed = (default_facts_path().parent / "facts.schema.json").read_text("utf-8")

    assert run(home, "facts", "schema").stdout.decode() == committed


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["facts"], ["facts", "fly"], ["ask", "--language", "fr", "x"], ["ask", "--fly"]],
)
def test_wrong_usage_is_told_and_exits_with_two(home: dict[str, str], arguments: list[str]) -> None:
    done = run(home, *arguments)

    assert done.returncode == 2
    assert b"usage: aibot" in done.stderr
    assert done.stdout == b""


def test_it_says_which_version_it_is(home: dict[str, str]) -> None:
    assert run(home, "--version").stdout.decode().split() == ["aibot", __version__]


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["facts", "check", "--help"]])
def test_help_is_no_error(home: dict[str, str], arguments: list[str]) -> None:
    assert run(home, *arguments).returncode == 0


@pytest.mark.parametrize("arguments", [["ask", "how long are Sora videos"], ["facts", "check"]])
def test_the_terminal_loads_no_more_than_it_needs(home: dict[str, str], arguments: list[str]) -> None:
    code = (
        "import sys; from aibot.cli import main; main(sys.argv[1:]);"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, env=home, timeout=60, check=True
    )
    loaded = set(re.findall(r"'(\w+)'", done.stderr.decode()))

    assert "pydantic" in loaded
    assert loaded & {"slack_bolt", "slack_sdk", "aiohttp", "numpy", "opencc", "starlette", "uvicorn"} == set()


def test_asking_keeps_the_checked_base_and_checking_never_uses_it(
    home: dict[str, str], tmp_path: Path
) -> None:
    run(home, "facts", "check")
    assert not (tmp_path / ".cache").exists()

    first = run(home, "ask", "sora").stdout
    assert (tmp_path / ".cache" / "aibot" / FILE).exists()
    assert run(home, "ask", "sora").stdout == first


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_last_words_hold_no_secret_and_are_json_where_the_log_is(home: dict[str, str], form: str) -> None:
    code = (
        "import sys; from aibot.cli.main import failed; from aibot.logs import configure;"
        f"configure('INFO', '{form}');"
        "sys.exit(failed(ValueError('wss://wss.slack.com/link/?ticket=SECRETTICKET xoxb-1-SECRET')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=home, timeout=60, check=False
    )

    said = done.stderr.decode()
    assert done.returncode == 3
    assert "this is a bug in aibot" in said
    assert "ValueError: wss://wss.slack.com/link/?ticket=… xoxb-…" in said
    assert "SECRET" not in said
    assert form == "text" or [json.loads(line)["level"] for line in said.splitlines()] == ["CRITICAL"]
