"""Builds the container, weighs it, and runs it as an operator would: read-only, as nobody, on both databases.

    make image        as root on Debian, with its packages podman, runc and debootstrap; some two minutes

The base image is a copy of `debian:trixie-slim` made by debootstrap from this machine's mirror, so no registry
of images is asked; `--base debian:trixie-slim` takes the real one. What is run sees no network but loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from tests.postgres import postgres
from tests.slack.install.rig import CLIENT, KEY, SECRET
from tests.slack.install.test_running import SIGNING, install, slack_for

from aibot.playground.fake_slack import FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

ROOT = Path(__file__).parents[1]
IMAGE, STAND_IN, SUITE = "aibot", "localhost/aibot-base", "trixie"
LARGEST_MB = 150.0
UID = 10001
#  what compose.yaml and deploy/kubernetes ask for, and nothing to write to but the volume; the limits are podman's own
#  elsewhere, and too high for some machines
LOCKED = (
    *(
        "--read-only",
        "--read-only-tmpfs=false",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        "--network=host",
    ),
    *("--memory=768m", "--pids-limit=100", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000"),
    "--log-driver=k8s-file",
)
PODMAN = ("podman", "--runtime=runc", "--log-level=fatal")
#  what the image must hold besides the bot, asked inside it
INSIDE = """
import datetime, importlib, os, pathlib, ssl, sys, zoneinfo, psycopg
extensions = [file.name.split(".")[0] for file in pathlib.Path("/usr/lib/python3.13/lib-dynload").glob("*.so")]
for name in extensions: importlib.import_module(name)
try: pathlib.Path("/written").touch(); written = True
except OSError: written = False
with psycopg.connect(sys.argv[1]) as connection: server = connection.info.server_version // 10000
print(f"user {os.getuid()}, root can{'' if written else 'not'} be written")
zones, shanghai = zoneinfo.available_timezones(), zoneinfo.ZoneInfo("Asia/Shanghai")
print(len(ssl.create_default_context().get_ca_certs()), "certificates;", len(zones), "time zones;",
    "Shanghai is", shanghai.utcoffset(datetime.datetime(2026, 1, 1)), "ahead")
print(len(extensions), "extensions of Python's;", f"psycopg ({psycopg.pq.__impl__}) reaches PostgreSQL", server)
"""


def ran(*command: str | Path) -> str:
    """Run a command to its end; what it printed."""
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout[-4000:]}")
    return done.stdout


def make_stand_in() -> None:
    """Debian's smallest system as a local image; pip is told which certificates this machine trusts."""
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text("utf-8").splitlines())
    sources = Path("/etc/apt/sources.list.d/debian.sources").read_text("utf-8")
    mirror = next(line.split()[1] for line in sources.splitlines() if line.startswith("URIs:"))
    with tempfile.TemporaryDirectory(prefix="aibot-base-") as temporary:
        folder = Path(temporary)
        ran("debootstrap", "--variant=minbase", SUITE, folder, mirror)
        (folder / "etc/apt/sources.list").unlink()
        suites = sources.replace(release["VERSION_CODENAME"], SUITE)
        (folder / "etc/apt/sources.list.d/debian.sources").write_text(suites, "utf-8")
        if trusted := os.environ.get("PIP_CERT"):
            (folder / "etc/machine.crt").write_bytes(Path(trusted).read_bytes())
            (folder / "etc/pip.conf").write_text("[global]\ncert = /etc/machine.crt\n", "utf-8")
        ran("sh", "-c", f"tar -C {folder} -c . | podman import --quiet - {STAND_IN}")


def build(base: str) -> None:
    """Every step of the Dockerfile, anew."""
    ran(
        *(*PODMAN, "build", "--format=docker", "--isolation=chroot", "--network=host", "--no-cache"),
        *(f"--build-arg=DEBIAN={base}", f"--tag={IMAGE}", ROOT),
    )


def weigh() -> None:
    """What it takes unpacked and as it is pulled, and the heaviest parts."""
    unpacked = int(ran(*PODMAN, "image", "inspect", "--format={{.Size}}", IMAGE)) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        ran(*PODMAN, "push", "--quiet", "--compress", IMAGE, f"dir:{folder}")
        pulled = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
    print(f"{unpacked:.0f} MB unpacked, {pulled:.0f} MB as it is pulled")
    mounted = Path(ran(*PODMAN, "image", "mount", IMAGE).strip())
    try:
        site = mounted / "usr/local/lib/python3.13/dist-packages"
        whole, *parts = (
            (sum(file.lstat().st_size for file in (top, *top.rglob("*"))) / 1e6, top.name)
            for top in (mounted, *site.iterdir())
        )
    finally:
        ran(*PODMAN, "image", "unmount", IMAGE)
    print(f"{whole[0] - sum(size for size, _ in parts):7.1f} Debian's packages")
    for size, name in sorted(parts, reverse=True)[:20]:
        print(f"{size:7.1f} {name}")
    if unpacked > LARGEST_MB:
        raise SystemExit(f"the image has grown beyond {LARGEST_MB:.0f} MB")


class Container:
    """The bot in a container of its own, by the host's loopback."""

    def __init__(self, *arguments: str, environ: Mapping[str, str], volumes: tuple[str, ...] = ()) -> None:
        self.health_port = environ.get("AIBOT_HEALTH_PORT", "8080")
        self.name = f"aibot-{secrets.token_hex(4)}"
        self._run = (
            *(*PODMAN, "run", "--detach", f"--name={self.name}", *LOCKED),
            *(f"--volume={volume}" for volume in volumes),
            *(f"--env={name}={value}" for name, value in environ.items()),
            *(IMAGE, *arguments),
        )

    async def podman(self, *arguments: str) -> str:
        """One of podman's commands, off the loop that the fake Slack runs on."""
        return await asyncio.to_thread(ran, *PODMAN, *arguments)

    @contextlib.asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """Start, be ready, do what is to be done, end with 0 when told to."""
        await asyncio.to_thread(ran, *self._run)
        try:
            await self._until_ready()
            yield
            await self.podman("stop", "--time=40", self.name)
            code = await self.podman("inspect", "--format={{.State.ExitCode}}", self.name)
            assert code.strip() == "0", f"the bot ended with {code}"
        except BaseException:
            print(await self.podman("logs", self.name), file=sys.stderr)
            raise
        finally:
            await self.podman("rm", "--force", "--volumes", self.name)

    async def _until_ready(self) -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{self.health_port}/readyz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(0.05)


async def socket_mode_on_sqlite() -> None:
    """One workspace: a question, the image's own health check, a command beside the bot, a restart."""
    volume = f"aibot-{secrets.token_hex(4)}"
    async with FakeSlack(mode="socket", schemas=None) as slack:
        environ = {
            "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url,
        }  # fmt: skip
        try:
            for _ in range(2):
                bot = Container(environ=environ, volumes=(f"{volume}:/var/lib/aibot",))
                async with bot.ready():
                    command = await slack.command("/ai", "deepseek-v3")
                    assert command.message is not None
                    await bot.podman("healthcheck", "run", bot.name)
                    await bot.podman("exec", bot.name, "aibot", "audit")
        finally:
            await asyncio.to_thread(ran, *PODMAN, "volume", "rm", "--force", volume)
    print("Socket Mode, SQLite: answered, healthy, stopped with 0, began again on its volume")


def write_secrets(folder: Path, database: str) -> None:
    """As Kubernetes mounts them: root's, readable by the bot's group."""
    folder.chmod(0o755)
    held = {"client-secret": SECRET, "signing-secret": SIGNING, "keys": KEY, "database": database}
    for name, value in held.items():
        file = folder / name
        file.write_text(value, "utf-8")
        file.chmod(0o440)
        os.chown(file, 0, UID)


async def many_workspaces_on_postgresql(database: str, folder: Path) -> None:
    """Two that listen and one that posts, secrets from files, one of the two stopped in the middle."""
    async with slack_for(3000) as slack:

        def container(number: int, *arguments: str) -> Container:
            environ = {
                "SLACK_CLIENT_ID": CLIENT, "SLACK_API_URL": slack.api_url, "AIBOT_URL": "http://127.0.0.1:3000",
                "SLACK_CLIENT_SECRET_FILE": "/run/secrets/aibot/client-secret",
                "SLACK_SIGNING_SECRET_FILE": "/run/secrets/aibot/signing-secret",
                "AIBOT_KEYS_FILE": "/run/secrets/aibot/keys",
                "AIBOT_DATABASE": "", "AIBOT_DATABASE_FILE": "/run/secrets/aibot/database",
                "AIBOT_PORT": str(3000 + number), "AIBOT_HEALTH_PORT": str(8080 + number),
            }  # fmt: skip
            where = database.partition("host=")[2]
            volumes = (f"{folder}:/run/secrets/aibot:ro", f"{where}:{where}")
            return Container(*arguments, environ=environ, volumes=volumes)

        first, second, worker = (
            container(0, "run", "--http"),
            container(1, "run", "--http"),
            container(2, "worker"),
        )
        async with second.ready(), worker.ready():
            async with first.ready():
                assert await install(slack, 3000) == 200
                assert (await slack.command("/ai", "deepseek-v3")).message is not None
            slack.app_url = "http://127.0.0.1:3001/slack/events"
            assert (await slack.command("/ai", "deepseek-v3")).message is not None
    print(
        "HTTP, PostgreSQL: two bots and a worker, secrets from files; what one installed, the other answered"
    )


def trial() -> None:
    """All of it, one after the other."""
    for arguments in (("facts", "check"), ("ask", "deepseek-v3")):
        print(
            "aibot", *arguments, "→", ran(*PODMAN, "run", "--rm", *LOCKED, IMAGE, *arguments).splitlines()[0]
        )
    with postgres() as server, tempfile.TemporaryDirectory(prefix="aibot-secrets-") as folder:
        database = server.create("aibot")
        write_secrets(Path(folder), database)
        print(
            ran(
                *(
                    *PODMAN,
                    "run",
                    "--rm",
                    *LOCKED,
                    f"--volume={server.folder}:{server.folder}",
                    "--entrypoint=python3",
                ),
                *(IMAGE, "-c", INSIDE, database),
            ),
            end="",
        )
        asyncio.run(socket_mode_on_sqlite())
        asyncio.run(many_workspaces_on_postgresql(database, Path(folder)))


def main() -> None:
    """Build and weigh here; try where there is no network."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--base", help="the image to build on, in place of one made here")
    options.add_argument("--built", action="store_true", help="try the image that is there")
    options.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)  # already without a network
    arguments = options.parse_args()
    if arguments.apart:
        trial()
        return
    if not arguments.built:
        if arguments.base is None:
            make_stand_in()
        build(arguments.base or STAND_IN)
    weigh()
    again = (sys.executable, "-m", "scripts.try_image", "--apart")
    apart = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    raise SystemExit(subprocess.run([*apart, *again], check=False, cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
