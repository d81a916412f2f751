"""A Slack to test and play against: requests to the app, the Web API, Socket Mode."""

from .blocks_check import BlocksCheck, Problem
from .clock import MovableClock, no_wait
from .faults import Fault
from .record import Exchange, masked
from .server import FakeSlack
from .signing import signature, signed_headers
from .workspace import BOT_SCOPES, App, Channel, Message, User, View, Workspace

__all__ = [
    "BOT_SCOPES", "App", "BlocksCheck", "Channel", "Exchange", "FakeSlack", "Fault", "Message",
    "MovableClock", "Problem", "User", "View", "Workspace", "masked", "no_wait", "signature", "signed_headers",
]  # fmt: skip
