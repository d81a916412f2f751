"""What a message in a thread means, given what the thread is about; and whether it is for the bot at all."""

from aibot.core.conversation.inline import inline_switch, look_up_inline, named_inline, without_names
from aibot.core.conversation.thread import Thread, after
from aibot.core.conversation.understand import Answered, Heard, Silent, Told, understand

__all__ = [
    "Answered",
    "Heard",
    "Silent",
    "Thread",
    "Told",
    "after",
    "inline_switch",
    "look_up_inline",
    "named_inline",
    "understand",
    "without_names",
]
