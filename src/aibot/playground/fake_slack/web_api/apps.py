"""auth.*, oauth.*, apps.*, team.*, bots.*, api.* and blocks.validate: the app and its installation."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from aibot.playground.fake_slack import rules
from aibot.playground.fake_slack.shapes import bot_json
from aibot.playground.fake_slack.state import Refusal

from .call import Call, Method
from .conversations import page

if TYPE_CHECKING:
    from aibot.playground.fake_slack.workspace import Json, Token


def auth_test(call: Call) -> Json:
    """Say whose token it is."""
    workspace, token = call.workspace, call.token
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.users[token.user_id].name,
        "team_id": token.enterprise or workspace.id,
        "user_id": token.user_id,
        "bot_id": token.bot_id,
        "is_enterprise_install": token.enterprise is not None,
        **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
    }


def auth_teams(call: Call) -> Json:
    """List the workspaces that the token is good for (https://docs.slack.dev/reference/methods/auth.teams.list)."""
    reached = [one for one in call.state.workspaces.values() if call.token in one.tokens]
    teams, cursor = page(call, reached, default=100, most=1000)
    listed = [{"id": one.id, "name": one.name} for one in teams]
    return {"teams": listed, "response_metadata": {"next_cursor": cursor}}


def auth_revoke(call: Call) -> Json:
    """Revoke the token that calls."""
    if call.flag("test"):
        return {"revoked": False}
    call.token.error = "token_revoked"
    return {"revoked": True}


def oauth_access(call: Call) -> Json:
    """Exchange a code for a token (rules.OAUTH_CODE)."""
    app, state = call.state.app, call.state
    client, secret = call.credentials or (call.text("client_id"), call.text("client_secret"))
    if client != app.client_id:
        raise Refusal("invalid_client_id")
    if secret != app.client_secret:
        raise Refusal("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        return _installation(call, state.refresh(call.text("refresh_token")))
    code = call.text("code")
    if code not in state.oauth_codes:
        raise Refusal("invalid_code")
    made, team, scopes, redirect_uri = state.oauth_codes.pop(code)
    if state.clock() - made > rules.OAUTH_CODE.value:
        raise Refusal("invalid_code")
    if call.text("redirect_uri") != redirect_uri and (call.text("redirect_uri") or redirect_uri):
        raise Refusal("bad_redirect_uri")
    if team in state.workspaces:
        return _installation(call, state.install(state.workspaces[team], scopes))
    return _installation(call, state.install_everywhere(team, scopes))


def _installation(call: Call, token: Token) -> Json:
    state = call.state
    workspace = next(one for one in state.workspaces.values() if token in one.tokens)
    enterprise = {"name": f"Org {workspace.enterprise_id}", "id": workspace.enterprise_id}
    rotating = {"refresh_token": token.refresh_token, "expires_in": int(rules.TOKEN_SECONDS)}
    return {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(token.scopes),
        "bot_user_id": token.user_id,
        "app_id": state.app.app_id,
        "team": None if token.enterprise else {"name": workspace.name, "id": workspace.id},
        "enterprise": enterprise if workspace.enterprise_id else None,
        "is_enterprise_install": token.enterprise is not None,
        "authed_user": {"id": next(user.id for user in workspace.users.values() if not user.is_bot)},
        **(rotating if token.refresh_token else {}),
    }


def open_connection(call: Call) -> Json:
    """Give out an address for one Socket Mode connection."""
    ticket = secrets.token_hex(16)
    call.state.socket_tickets.add(ticket)
    base = call.base_url.replace("http://", "ws://", 1)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={call.state.app.app_id}"}


def export_manifest(call: Call) -> Json:
    """Return the app's settings as a manifest: https://docs.slack.dev/reference/methods/apps.manifest.export."""
    app = call.state.app
    if call.text("app_id") != app.app_id:
        raise Refusal("app_not_found")
    if app.manifest is None:
        raise Refusal("failed_export")
    return {"manifest": app.manifest}


def team_info(call: Call) -> Json:
    """Describe the workspace."""
    workspace = call.workspace
    if (wanted := call.text("team")) and wanted != workspace.id:
        raise Refusal("team_not_found")
    url = f"https://{workspace.domain}.slack.com/"
    team = {
        "id": workspace.id,
        "name": workspace.name,
        "domain": workspace.domain,
        "email_domain": "",
        "url": url,
    }
    return {"team": {**team, "icon": {"image_default": True}}}


def bots_info(call: Call) -> Json:
    """Describe a bot: the app's own is the only one."""
    if call.text("bot", call.token.bot_id) != call.token.bot_id:
        raise Refusal("bot_not_found")
    return {"bot": bot_json(call.state, call.workspace)}


def api_test(call: Call) -> Json:
    """Return what was sent; refuse when told to."""
    args = {name: value for name, value in call.args.items() if name != "token"}
    if error := call.text("error"):
        raise Refusal(error, args=args)
    return {"args": args}


def validate_blocks(call: Call) -> Json:
    """Check blocks, a message or a view (rules.VALIDATE)."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name)]
    if len(given) != 1:
        raise Refusal("invalid_arguments")
    name = given[0]
    value = call.parsed(name, f"invalid_{name}")
    checks = call.checks
    if name == "view":
        problems = checks.view(value)
    else:
        problems = checks.message(value.get("blocks", []) if isinstance(value, dict) else value)
    if problems:
        errors = [{"pointer": p.pointer, "code": p.code, "message": p.message} for p in problems]
        raise Refusal(f"invalid_{name}", errors=errors)
    return {}


METHODS = {
    "api.test": Method(api_test, needs_token=False),
    "auth.test": Method(auth_test),
    "auth.teams.list": Method(auth_teams),
    "auth.revoke": Method(auth_revoke),
    "oauth.v2.access": Method(oauth_access, needs_token=False),
    "apps.connections.open": Method(open_connection, takes_app_token=True),
    "apps.manifest.export": Method(export_manifest, takes_config_token=True),
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
    "blocks.validate": Method(validate_blocks, needs_token=False),
}
