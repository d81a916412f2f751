"""The rules of Slack that the fake plays, each with its page; docs/fake-slack.md lists them."""

from __future__ import annotations

from dataclasses import dataclass

DOCS = "https://docs.slack.dev"


@dataclass(frozen=True)
class Rule:
    """One rule: its number where it has one, what it says, and where Slack says so."""

    value: float
    says: str
    url: str

    def __int__(self) -> int:
        return int(self.value)


SIGNATURE = Rule(
    0,
    "Every HTTP request to the app carries x-slack-request-timestamp and x-slack-signature: "
    "v0= and the HMAC-SHA256 of v0:timestamp:body under the signing secret.",
    f"{DOCS}/authentication/verifying-requests-from-slack",
)
ACK_SECONDS = Rule(
    3,
    "The app has 3 seconds to answer. A command or action that misses them shows the person "
    "operation_timeout; an answer other than 200 shows dispatch_failed.",
    f"{DOCS}/interactivity/implementing-slash-commands",
)
EVENT_RETRIES = Rule(
    3,
    "An event not answered with 2xx is sent again three times: at once, after 1 minute and after 5, with "
    "x-slack-retry-num and x-slack-retry-reason. x-slack-no-retry: 1 on a refusal stops it.",
    f"{DOCS}/apis/events-api/#retries",
)
EVENT_REDIRECTS = Rule(2, "Two redirects of an event are followed.", f"{DOCS}/apis/events-api/#responding")
URL_VERIFICATION = Rule(
    0,
    "A request URL proves itself by returning the challenge of url_verification.",
    f"{DOCS}/reference/events/url_verification",
)
RESPONSE_URL_USES = Rule(
    5,
    "A response_url works five times, needs no channel membership, is ephemeral unless "
    "response_type says in_channel, and can replace or delete the message it came from.",
    f"{DOCS}/interactivity/handling-user-interaction#message_responses",
)
RESPONSE_URL_SECONDS = Rule(
    1800,
    "A response_url works for 30 minutes.",
    f"{DOCS}/interactivity/handling-user-interaction#message_responses",
)
TRIGGER_SECONDS = Rule(
    3,
    "A trigger_id opens one view within 3 seconds: expired_trigger_id after, exchanged_trigger_id twice.",
    f"{DOCS}/interactivity/handling-user-interaction",
)
COMMAND_ANSWER = Rule(
    0,
    "The body of a command's answer is a message: plain text or JSON, ephemeral unless response_type is "
    "in_channel, which also shows the typed command.",
    f"{DOCS}/interactivity/implementing-slash-commands#responding_immediate_response",
)
COMMAND_NOT_IN_THREAD = Rule(
    0,
    "Slash commands of apps cannot be used in threads; their payload has no thread_ts.",
    f"{DOCS}/interactivity/implementing-slash-commands",
)
ESCAPING = Rule(
    0,
    "`&`, `<` and `>` in what people write arrive as `&amp;`, `&lt;` and `&gt;`, links in angle brackets.",
    f"{DOCS}/messaging/formatting-message-text#escaping",
)
TEXT_TRUNCATED = Rule(
    40_000,
    "A message's text is cut after 40,000 characters.",
    f"{DOCS}/reference/methods/chat.postMessage#truncating",
)
UPDATE_TEXT = Rule(
    4000,
    "chat.update refuses text over 4,000 characters: msg_too_long.",
    f"{DOCS}/reference/methods/chat.update#errors",
)
MARKDOWN_TEXT = Rule(
    12_000,
    "markdown_text has at most 12,000 characters.",
    f"{DOCS}/reference/methods/chat.postMessage#arg_markdown_text",
)
BLOCKS_JSON = Rule(
    13_200,
    "Blocks of more than about 13,200 characters of JSON are refused: msg_blocks_too_long.",
    "https://github.com/slackapi/bolt-js/issues/2509",
)
MEMBERSHIP = Rule(
    0,
    "Posting needs membership (not_in_channel) unless the channel is public and the token has "
    "chat:write.public; a private channel the app is not in does not exist for it (channel_not_found).",
    f"{DOCS}/reference/methods/chat.postMessage#errors",
)
DM_BY_USER = Rule(
    0,
    "Posting to a user id opens the app's DM with that person.",
    f"{DOCS}/reference/methods/chat.postMessage#channels",
)
SCOPES = Rule(
    0,
    "A call without the scope it needs is refused: missing_scope, with needed and provided.",
    f"{DOCS}/reference/scopes",
)
RATE_LIMIT = Rule(
    429,
    "A limited call is answered HTTP 429, Retry-After and ratelimited (on demand only).",
    f"{DOCS}/apis/web-api/rate-limits",
)
HISTORY_LIMIT = Rule(
    999,
    "conversations.history returns the newest first, 100 unless limit says otherwise and 999 at most, with "
    "next_cursor while there are more; oldest and latest exclude themselves unless inclusive.",
    f"{DOCS}/reference/methods/conversations.history",
)
METADATA = Rule(
    0,
    "Metadata is read back whole only with include_all_metadata; otherwise only its event_type.",
    f"{DOCS}/messaging/message-metadata",
)
VIEW_HASH = Rule(
    0,
    "A view has an id and a hash; an update with an outdated hash is refused: hash_conflict.",
    f"{DOCS}/reference/methods/views.update",
)
HOME_HASH = Rule(
    0,
    "A Home tab is published for one person, over the one they have; with a hash only over the view of that hash: "
    "hash_conflict. app_home_opened carries the view they see, and none before the first.",
    f"{DOCS}/reference/methods/views.publish",
)
SUGGESTIONS = Rule(
    100,
    "Options for an external select come in the answer itself, within 3 seconds: options or option_groups, 100 at "
    "most, each option with a text and a value. Anything else is shown as no results.",
    f"{DOCS}/reference/block-kit/block-elements/select-menu-element#external_select",
)
MODAL_URLS = Rule(
    0,
    "A conversation chosen in a modal's input with response_url_enabled gives the submission a response_url to it, "
    "whether the app is in that conversation or not.",
    f"{DOCS}/interactivity/handling-user-interaction#modal_response_urls",
)
MODAL_URL_ELEMENTS = ("conversations_select", "channels_select")
VIEW_STACK = Rule(
    3, "At most three modal views lie on each other: push_limit_reached.", f"{DOCS}/surfaces/modals"
)
SOCKET_CONNECTIONS = Rule(
    10,
    "An app has at most ten Socket Mode connections; each envelope goes to one of them.",
    f"{DOCS}/apis/events-api/using-socket-mode",
)
SOCKET_ACK = Rule(
    3,
    "An envelope is acknowledged by its envelope_id; payload carries the answer of a command or view.",
    f"{DOCS}/apis/events-api/using-socket-mode#acknowledge",
)
EPHEMERAL = Rule(
    0,
    "Ephemeral messages are seen by one person, cannot be read back or updated by chat.update.",
    f"{DOCS}/messaging#ephemeral",
)
TOKEN_SECONDS = Rule(
    43_200,
    "With token rotation an access token lives twelve hours; each refresh token can be used once.",
    f"{DOCS}/authentication/using-token-rotation",
)
ACTIVE_TOKENS = Rule(
    2,
    "With token rotation an installation has at most two active access tokens; a third revokes the oldest.",
    f"{DOCS}/authentication/using-token-rotation",
)
WHICH_WORKSPACE = Rule(
    0,
    "With an organisation's token, methods that list a workspace's things must be told which workspace.",
    f"{DOCS}/enterprise/developing-for-enterprise-orgs",
)
OAUTH_CODE = Rule(
    600,
    "An OAuth code can be exchanged once, within ten minutes.",
    f"{DOCS}/authentication/installing-with-oauth",
)
UNINSTALL = Rule(
    0,
    "Uninstalling raises app_uninstalled and tokens_revoked; the token is then account_inactive.",
    f"{DOCS}/reference/events/app_uninstalled",
)
VALIDATE = Rule(
    0,
    "blocks.validate checks blocks, a message or a view and needs no token.",
    f"{DOCS}/reference/methods/blocks.validate",
)

RULES: dict[str, Rule] = {name: value for name, value in list(globals().items()) if isinstance(value, Rule)}
