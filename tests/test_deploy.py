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
from aibot.settings import read_settings
from aibot.slack.serving.health import PATHS
from aibot.slack.serving.stopping import LONGEST
from aibot.storage.tables import metadata
from aibot.variables import SETTINGS

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
#  One value of the right form for each secret
FORMED = {
    "SLACK_CLIENT_SECRET": "0" * 32,
    "SLACK_SIGNING_SECRET": "1" * 32,
    "AIBOT_KEYS": "0" * 43 + "=",
    "AIBOT_DATABASE": "postgresql://aibot@postgres/aibot",
}
KNOWN = {setting.name for setting in SETTINGS} | {f"{name}_FILE" for name in FROM_FILES}


SHIPPED = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]


def kubernetes(file: str = "one/aibot.yaml") -> dict[str, Any]:
    """The manifests by their kind."""
    documents = yaml.safe_load_all((ROOT / "deploy" / "kubernetes" / file).read_text("utf-8"))
    return {document["kind"]: document for document in documents}


def deployments() -> list[dict[str, Any]]:
    """The pods that listen, and those that only post."""
    found = (kubernetes(file)["Deployment"] for file in ("one/aibot.yaml", "many/worker.yaml"))
    return [one["spec"]["template"]["spec"] for one in found]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_is_nobody_and_installs_by_hash() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert last.startswith("scratch\n")
    assert re.search(r"^USER \d+:\d+$", last, re.MULTILINE)
    installs = re.findall(r"pip (?:install|wheel) (?:[^&\\\n]|\\\n)*", DOCKERFILE)
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line


def test_the_image_has_debians_python_in_one_version() -> None:
    versions = set(re.findall(r"python(3\.\d+)", DOCKERFILE))
    assert len(versions) == 1
    trial = (ROOT / "scripts" / "try_image.py").read_text("utf-8")
    assert set(re.findall(r"python(3\.\d+)", trial)) == versions


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
        *(path.read_text("utf-8") for path in SHIPPED),
    ]
    named = {name for text in texts for name in re.findall(r"\b(?:AIBOT|SLACK)_[A-Z_]+", text)}

    assert named
    assert named <= KNOWN


def test_the_probes_ask_for_what_there_is() -> None:
    port = int(re.findall(r"AIBOT_HEALTH_PORT=(\d+)", DOCKERFILE)[0])
    assert f"http://127.0.0.1:{port}/readyz" in DOCKERFILE
    for pod in deployments():
        [container] = pod["containers"]
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
    for pod in deployments():
        assert pod["securityContext"]["runAsNonRoot"] is True
        [container] = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


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
    operate = (ROOT / "docs" / "operate.md").read_text(
        "utf-8"
    )  # what works beside the bot reads the file alone
    assert f"AIBOT_DATABASE=sqlite:///{folder}/aibot.db" in operate
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
    for name, command in (("bot-http", ["run", "--http"]), ("worker", ["worker"])):
        assert services[name]["environment"]["AIBOT_DATABASE"].startswith("postgresql://")
        assert services[name]["command"] == command
    deployment, service = kubernetes()["Deployment"]["spec"], kubernetes()["Service"]["spec"]
    pod = deployment["template"]
    [container] = pod["spec"]["containers"]
    assert deployment["replicas"] > 1
    assert "AIBOT_DATABASE" in {variable["name"] for variable in container["env"]}
    assert service["selector"] == pod["metadata"]["labels"]
    assert service["ports"][0]["targetPort"] in {port["name"] for port in container["ports"]}
    waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    for spec in deployments():
        assert spec["terminationGracePeriodSeconds"] >= waits + LONGEST


def test_many_workspaces_take_their_secrets_from_files() -> None:
    many = ROOT / "deploy" / "kubernetes" / "many"
    patch = yaml.safe_load((many / "bot.yaml").read_text("utf-8"))
    [bot] = patch["spec"]["template"]["spec"]["containers"]
    [worker] = kubernetes("many/worker.yaml")["Deployment"]["spec"]["template"]["spec"]["containers"]
    one = {variable["name"] for variable in deployments()[0]["containers"][0]["env"]}
    gone = {variable["name"] for variable in bot["env"] if variable.get("$patch") == "delete"}
    settings = yaml.safe_load((many / "kustomization.yaml").read_text("utf-8"))["configMapGenerator"][0]
    plain = {line.partition("=")[0]: line.partition("=")[2] for line in settings["literals"]}
    for container, inherited, http in ((bot, one - gone, True), (worker, set(), None)):
        held = {variable["name"] for variable in container["env"]} - gone | inherited
        assert {name for name in held if name.startswith("SLACK_") or "KEYS" in name} == {
            name for name in held if name.endswith("_FILE")
        }
        #  with something of the right form behind each name, nothing is missing
        values = {name.removesuffix("_FILE"): FORMED[name.removesuffix("_FILE")] for name in held}
        assert read_settings({**plain, **values}, http=http).many


def test_compose_gives_many_workspaces_files_that_it_names() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.secrets.yaml").read_text("utf-8"))
    for service in compose["services"].values():
        named = {
            value.removeprefix("/run/secrets/")
            for name, value in service["environment"].items()
            if name.endswith("_FILE")
        }
        assert named == set(service["secrets"]) <= set(compose["secrets"])
