"""Posts what is due: where deciding (core.daily), remembering (storage) and Slack meet."""

from aibot.posting.composer import Composer, Nothing, Preview
from aibot.posting.delivering import Count
from aibot.posting.planner import plan_due
from aibot.posting.runner import Runner
from aibot.posting.timing import Timing

__all__ = ["Composer", "Count", "Nothing", "Preview", "Runner", "Timing", "plan_due"]
