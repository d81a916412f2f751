"""What we ship to run the bot in names only what exists: settings, probes, ports, users, files."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from aibot import __version__
from aibot.secrets import FROM_FILES
from aibot.slack.serving.health import PATHS
from aibot.storage.tables import metadata
from aibot.variables import SETTINGS

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
KNOWN = {setting.name for setting in SETTINGS} | {f"{name}_FILE" for name in FROM_FILES}


def kubernetes() -> dict[str, Any]:
    """The manifests by their kind."""
    documents = yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8"))
    return {document["kind"]: document for document in documents}


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_is_nobody_and_installs_by_hash() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER \d+:\d+$", last, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.12", "python:3.12-slim"]
    for line in re.findall(r"pip install .*", DOCKERFILE):
        assert "--require-hashes" in line or "--no-deps" in line


def test_every_file_the_container_copies_is_let_through() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    }
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.*)", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_every_variable_is_a_setting() -> None:
    texts = [
        DOCKERFILE,
        (ROOT / "compose.yaml").read_text("utf-8"),
        *(path.read_text("utf-8") for path in (ROOT / "deploy").iterdir()),
    ]
    named = {name for text in texts for name in re.findall(r"\b(?:AIBOT|SLACK)_[A-Z_]+", text)}

    assert named
    assert named <= KNOWN


def test_the_probes_ask_for_what_there_is() -> None:
    port = int(re.findall(r"AIBOT_HEALTH_PORT=(\d+)", DOCKERFILE)[0])
    assert f"http://127.0.0.1:{port}/readyz" in DOCKERFILE
    deployment = kubernetes()["Deployment"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        asked = container[probe]["httpGet"]
        assert asked["path"] in PATHS
        assert ports[asked["port"]] == port
    assert container["image"] == f"aibot:{__version__}"


def test_nothing_we_ship_may_write_or_become_root() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    deployment = kubernetes()["Deployment"]
    pod = deployment["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


def test_systemd_does_not_repeat_what_a_person_must_mend() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    unit.read(ROOT / "deploy" / "aibot.service", "utf-8")
    service = unit["Service"]

    assert service["ExecStart"].endswith("/aibot run")
    assert service["RestartPreventExitStatus"] == "2"
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"


def test_the_one_folder_that_may_be_written_is_the_databases() -> None:
    [folder] = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)
    assert f"AIBOT_DATABASE=sqlite:///{folder}/aibot.db" in DOCKERFILE
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert services["bot"]["volumes"] == [f"aibot:{folder}"]
    unit = (ROOT / "deploy" / "aibot.service").read_text("utf-8")
    assert f"AIBOT_DATABASE=sqlite:///{folder}/aibot.db" in unit
    assert f"StateDirectory={folder.removeprefix('/var/lib/')}" in unit


def test_every_table_is_named_with_what_it_keeps_and_how_long() -> None:
    kept = (
        (ROOT / "docs" / "operate.md")
        .read_text("utf-8")
        .partition("## What is kept")[2]
        .partition("\n## ")[0]
    )
    rows = [line.split("|")[1] for line in kept.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in row.replace("`", " ").replace(",", " ").split()}
    assert named == set(metadata.tables)


def test_several_replicas_share_a_postgresql_and_stop_in_time() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert services["bot-http"]["environment"]["AIBOT_DATABASE"].startswith("postgresql://")
    assert services["bot-http"]["command"] == ["run", "--http"]
    deployment, service = kubernetes()["Deployment"]["spec"], kubernetes()["Service"]["spec"]
    pod = deployment["template"]
    [container] = pod["spec"]["containers"]
    assert deployment["replicas"] > 1
    assert "AIBOT_DATABASE" in {variable["name"] for variable in container["env"]}
    assert service["selector"] == pod["metadata"]["labels"]
    assert service["ports"][0]["targetPort"] in {port["name"] for port in container["ports"]}
    waits = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["spec"]["terminationGracePeriodSeconds"] > waits + 10 + 5  # what serve.py gives work under way
