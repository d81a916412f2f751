"""`aibot feedback` and `aibot unanswered`: what editors are told, from both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from aibot.load import default_facts_path
from aibot.storage import Memory

if TYPE_CHECKING:
    from pathlib import Path


def aibot(*arguments: str, database: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AIBOT_DATABASE": database, "PYTHONPATH": "src", **more}
    return subprocess.run(
        [sys.executable, "-m", "aibot", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )


def test_feedback_sends_the_editor_to_the_line(url: str) -> None:
    memory = Memory.open(url)
    for subject, verdict in (
        ("deepseek-v3", "right"), ("F3.1-01-gone", "outdated"), ("deepseek-v3 cost", "wrong"),
        ("deepseek-v3 cost", "wrong"), ("deepseek-v3 page", "wrong"), ("gone cost", "right"),
    ):  # fmt: skip
        memory.feedback.add(subject, verdict)
    memory.close()
    done = aibot("feedback", database=url)
    assert done.returncode == 0, done.stderr
    worst, *others = done.stdout.splitlines()
    place, subject, said = worst.split(": ", 2)
    file, line = place.rsplit(":", 1)
    fact = (
        default_facts_path()
        .parents[1]
        .joinpath(file)
        .read_text("utf-8")
        .splitlines()[int(line) - 1 : int(line) + 3]
    )
    assert any("about: cost" in one for one in fact)
    assert (subject, said.partition(";")[0]) == ("deepseek-v3 cost", "2 wrong, 0 outdated, 0 right")
    assert sum(one.startswith("no longer in the fact base: ") for one in others) == 2
    told = json.loads(aibot("feedback", "--json", database=url).stdout)
    assert told[0]["subject"] == "deepseek-v3 cost"
    by_subject = {one["subject"]: one for one in told}
    assert by_subject["F3.1-01-gone"] | {"last": ""} == {
        "subject": "F3.1-01-gone", "right": 0, "wrong": 0, "outdated": 1, "last": "", "file": "", "line": 0,
        "known": False,
    }  # fmt: skip
    assert by_subject["deepseek-v3"]["known"]


def test_feedback_goes_by_the_bots_own_fact_base(tmp_path: Path) -> None:
    url, facts = f"sqlite:///{tmp_path}/aibot.db", tmp_path / "facts.yaml"
    facts.write_text(
        "sources: [{id: a, kind: article, title: {en: A, zh: 甲}}]\nentries:\n"
        "  - {id: ours, kind: technique, name: {en: Ours, zh: 我们的}, "
        "summary: {en: It is ours., zh: 这是我们的。, source: a}}\n",
        "utf-8",
    )
    memory = Memory.open(url)
    memory.feedback.add("ours", "wrong")
    memory.close()
    said = aibot("feedback", database=url, AIBOT_FACTS=str(facts)).stdout
    assert "facts.yaml:3: ours: 1 wrong" in said
    assert "no longer in the fact base: ours" in aibot("feedback", database=url).stdout


def test_unanswered_lists_the_most_wanted_and_forgets_them_when_told(url: str) -> None:
    memory = Memory.open(url)
    for question, language in (("gpt-9", "en"), ("茶的价格", "zh"), ("茶的价格", "zh")):
        memory.unanswered.add(question, language)
    done = aibot("unanswered", database=url)
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["茶的价格", "gpt-9"]
    told = json.loads(aibot("unanswered", "--json", database=url).stdout)
    assert [(one["question"], one["language"], one["count"]) for one in told] == [
        ("茶的价格", "zh", 3),
        ("gpt-9", "en", 2),
    ]
    cleared = aibot("unanswered", "--clear", database=url)
    assert "gpt-9" in cleared.stdout
    assert cleared.stderr == "aibot: forgot 2\n"
    assert aibot("unanswered", database=url).stdout == "Nothing was asked twice that had no answer.\n"
    memory.close()


def test_without_a_database_they_say_so(tmp_path: Path) -> None:
    for command in ("feedback", "unanswered"):
        off = aibot(command, database="off")
        missing = aibot(command, database=f"sqlite:///{tmp_path}/none.db")
        assert (off.returncode, missing.returncode) == (2, 2)
        assert "nothing is remembered" in off.stderr
        assert "There is no" in missing.stderr
        assert not (tmp_path / "none.db").exists()


def test_an_empty_database_says_that_nobody_has_said_anything(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    Memory.open(url).close()
    assert aibot("feedback", database=url).stdout == "Nobody has said anything of any card yet.\n"
    assert json.loads(aibot("feedback", "--json", database=url).stdout) == []
