// Messages of a channel or a thread, drawn once each and again only when they change.

import { attachments, blocks } from "./blocks.js";
import { copy, h, icon, reconcile } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { kind, me, now, one, person, state } from "./state.js";
import { words } from "./words.js";

const drawn = new Map();
const TONES = 8;

const byTs = (a, b) => Number(a.ts.split(".")[0]) - Number(b.ts.split(".")[0]) || a.ts.localeCompare(b.ts);
const when = (ts, options) => new Intl.DateTimeFormat(me().locale, { timeZone: me().tz, ...options }).format(new Date(Number(ts) * 1000));
const clock = (ts) => when(ts, { hour: "numeric", minute: "2-digit" });
const day = (ts) => when(ts, { year: "numeric", month: "2-digit", day: "2-digit" });

export function avatar(id) {
  const who = person(id);
  const tone = [...id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % TONES;
  return h("span", { class: `avatar a${tone}${who.bot ? " bot" : ""}`, "aria-hidden": "true" }, (who.real_name || who.name || "?")[0].toUpperCase());
}

export function forget() {
  drawn.clear();
}

/** The messages of the channel that is open, oldest first. */
export function inChannel() {
  return kind("message").filter((m) => m.channel === state.channel && (!m.thread_ts || m.broadcast)).sort(byTs);
}

export function inThread(ts) {
  return kind("message").filter((m) => m.channel === state.channel && (m.ts === ts || m.thread_ts === ts)).sort(byTs);
}

/** Fill a list with messages; `place` keeps a message in the channel and in the thread pane apart. */
export function drawMessages(list, messages, place, actions) {
  const keys = new Set();
  const nodes = [];
  let last = null;
  for (const message of messages) {
    if (!last || day(last.ts) !== day(message.ts)) {
      const mark = `${place} day ${me().locale} ${day(message.ts)} ${day(now() / 1000)}`;
      keys.add(mark);
      if (!drawn.has(mark)) drawn.set(mark, { node: divider(message.ts) });
      nodes.push(drawn.get(mark).node);
    }
    const key = `${place} ${state.user} ${message.channel} ${message.ts}`;
    keys.add(key);
    const known = drawn.get(key);
    if (known?.message === message) nodes.push(known.node);
    else {
      const node = draw(message, place, actions);
      const focused = known?.node.contains(document.activeElement);
      if (focused) setTimeout(() => node.focus({ preventScroll: true }));
      drawn.set(key, { message, node });
      nodes.push(node);
    }
    last = message;
  }
  for (const key of drawn.keys()) if (key.startsWith(`${place} `) && !keys.has(key)) drawn.delete(key);
  reconcile(list, nodes);
}

function divider(ts) {
  const label = day(ts) === day(now() / 1000) ? words.today : when(ts, { weekday: "long", month: "long", day: "numeric" });
  return h("div", { class: "day", role: "separator" }, h("span", {}, label));
}

function draw(message, place, actions) {
  const who = person(message.user);
  const problem = h("div", { class: "wrong", role: "alert" });
  const at = { channel: message.channel, ts: message.ts, failed: (error) => (problem.textContent = `⚠️ ${error}`) };
  const shown = message.blocks.length
    ? blocks(message.blocks, at)
    : h("div", { class: "plain-text" }, mrkdwn(message.text));
  return h("article", { class: `message${message.ephemeral ? " ephemeral" : ""}`, "data-ts": message.ts, tabindex: -1, "aria-label": `${who.real_name} ${clock(message.ts)}` },
    message.ephemeral ? h("div", { class: "only" }, icon("eye"), h("span", {}, words.only)) : null,
    avatar(message.user),
    h("div", { class: "content" },
      h("div", { class: "by" }, h("b", {}, who.real_name || who.name), who.bot ? h("span", { class: "badge" }, "APP") : null,
        h("time", { datetime: new Date(Number(message.ts) * 1000).toISOString(), title: when(message.ts, { dateStyle: "full", timeStyle: "long" }) }, clock(message.ts)),
        message.thread_ts && place === "channel" ? h("span", { class: "muted" }, words.also) : null),
      h("div", { class: "kit" }, shown, message.edited ? h("span", { class: "muted edited" }, words.edited) : null,
        attachments(message.attachments ?? [], at)),
      problem,
      place === "channel" && message.replies ? replies(message, actions) : null),
    tools(message, place, actions));
}

function replies(message, actions) {
  return h("button", { type: "button", class: "replies", onclick: () => actions.thread(message.ts) },
    message.reply_users.slice(0, 3).map(avatar),
    h("span", { class: "linkish" }, `${message.replies} ${message.replies === 1 ? words.reply : words.replies}`),
    h("span", { class: "muted" }, `${words.last} ${clock(message.latest_reply)}`));
}

function tools(message, place, actions) {
  const reply = place === "channel" && !message.ephemeral && !message.thread_ts
    ? h("button", { type: "button", class: "plain", title: words.replyHere, "aria-label": words.replyHere, onclick: () => actions.thread(message.ts) }, icon("reply")) : null;
  const items = [
    // Slack offers the shortcuts of apps on what everybody sees
    message.ephemeral ? null : h("button", { type: "button", onclick: () => actions.lookUp(message) }, "Look up in aibot"),
    ...(message.blocks.length ? [
      h("button", { type: "button", onclick: (event) => copy(JSON.stringify({ blocks: message.blocks }, null, 2), event.currentTarget) }, "Copy JSON"),
      h("button", { type: "button", onclick: () => actions.json(message) }, "Show JSON"),
      h("a", { href: builder(message.blocks), target: "_blank", rel: "noopener noreferrer" }, "Open in Block Kit Builder"),
    ] : []),
  ].filter(Boolean);
  const menu = items.length ? h("details", { class: "overflow" },
    h("summary", { class: "plain", "aria-label": "More" }, icon("more")), h("div", { class: "menu" }, items)) : null;
  return h("div", { class: "tools" }, reply, menu);
}

/** Slack's own editor of blocks, which takes them behind the `#`. */
export const builder = (list) => `https://app.slack.com/block-kit-builder/#${encodeURIComponent(JSON.stringify({ blocks: list }))}`;

/** The words above the first message. */
export function intro() {
  const channel = one(`channel:${state.channel}`);
  if (!channel || channel.im) return null;
  return h("p", { class: "intro" }, `${words.beginning} `, h("b", {}, `#${channel.name}`), ".");
}
