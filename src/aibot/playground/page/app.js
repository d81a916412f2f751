// The page: who acts, where, what is open; redrawn piece by piece as changes come in.

import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { drawModal } from "./dialogs.js";
import { fill, h, icon, refill } from "./dom.js";
import { avatar, drawMessages, forget, inChannel, inThread, intro } from "./messages.js";
import { drawPanel, openPanel } from "./panel.js";
import { act, follow, kind, me, now, one, state } from "./state.js";
import { speak, words } from "./words.js";

const $ = (id) => document.getElementById(id);
const dmOf = (user) => `D${user.slice(1)}`;
const actions = {
  thread: openThread,
  json: (message) => openPanel("json", message),
  lookUp: (message) => act("shortcut", { user: state.user, target: { channel: message.channel, ts: message.ts } }),
};
let writing = null;

// Who, and how it looks

function drawTop() {
  const people = kind("user").filter((user) => !user.bot);
  const who = h("select", { id: "who", "aria-label": "Act as", onchange: (event) => become(event.target.value) },
    people.map((user) => h("option", { value: user.id }, `${user.real_name} · ${user.tz.split("/")[1].replace("_", " ")}${user.admin ? " · admin" : ""}`)));
  who.value = state.user;
  const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const bot = one("bot") ?? {};
  refill($("top"),
    h("button", { type: "button", id: "nav", class: "plain only-narrow", "aria-label": "Channels", "aria-expanded": String(document.body.classList.contains("nav")), onclick: toggleNav }, icon("menu")),
    h("b", { class: "brand" }, "aibot playground"),
    h("button", { type: "button", class: `pill ${bot.state}`, id: "state", "aria-label": `Bot ${bot.state ?? "unknown"}`, onclick: () => toggle("trouble"), title: `process ${bot.pid ?? "–"}` }, h("i", {}), h("span", { class: "wide" }, `bot ${bot.state ?? "…"}`)),
    h("button", { type: "button", class: "pill clock", id: "clock", title: "Move the clock", onclick: () => toggle("clock") }),
    h("span", { class: "spring" }),
    h("label", { class: "who" }, h("span", { class: "wide" }, "Acting as "), who),
    h("button", { type: "button", class: "plain", id: "theme", "aria-label": dark === "dark" ? "Light colours" : "Dark colours", onclick: () => {
      document.documentElement.dataset.theme = dark === "dark" ? "light" : "dark";
      drawTop();
    } }, dark === "dark" ? "☀" : "☾"),
    h("button", { type: "button", class: "plain", id: "hood", "aria-label": "Under the hood", "aria-expanded": String(Boolean(state.panel)), onclick: () => toggle("inspector") }, icon("tools")));
  tick();
}

function tick() {
  const { locale, tz } = me();
  const moved = Math.abs(one("clock")?.offset ?? 0) > 5;
  const node = $("clock");
  if (!node) return;
  node.textContent = new Intl.DateTimeFormat(locale, { timeZone: tz, weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
    year: moved ? "numeric" : undefined }).format(now());
  node.classList.toggle("moved", moved);
}

function toggle(name) {
  openPanel(state.panel ? null : name);
  drawTop();
}

function toggleNav() {
  document.body.classList.toggle("nav");
  drawTop();
}

function become(user) {
  state.user = user;
  if (state.channel.startsWith("D")) state.channel = dmOf(user);
  state.thread = null;
  connect();
}

// Where

function drawSidebar() {
  const open = (channel, tab = "messages") => () => {
    Object.assign(state, { channel, thread: null, tab });
    document.body.classList.remove("nav");
    drawAll();
    if (tab === "home") act("home", { user: state.user });
    writing?.box.focus();
  };
  const item = (id, mark, label, tab) => h("li", {}, h("button", { type: "button", "aria-current": state.channel === id ? "true" : undefined, onclick: open(id, tab) }, mark, h("span", {}, label)));
  const channels = kind("channel").filter((channel) => !channel.im);
  fill($("sidebar"), h("h2", {}, words.channels),
    h("ul", {}, channels.map((channel) => item(channel.id, icon(channel.private ? "lock" : "hash"), channel.name))),
    h("h2", {}, words.apps), h("ul", {}, item(dmOf(state.user), avatar("UBOT"), "aibot")));
}

function drawHeading() {
  const channel = one(`channel:${state.channel}`);
  const dm = state.channel.startsWith("D");
  const tab = (name) => h("button", { type: "button", role: "tab", "aria-selected": String(state.tab === name), "data-name": name, onclick: () => {
    state.tab = name;
    if (name === "home") act("home", { user: state.user });
    drawAll();
  } }, words[name]);
  refill($("heading"), h("h1", {}, dm ? "aibot" : `#${channel?.name ?? ""}`),
    dm ? h("div", { class: "tabs", role: "tablist", "aria-label": "aibot" }, tab("home"), tab("messages")) : null,
    !dm && channel?.archived ? h("span", { class: "muted" }, words.archived) : null,
    !dm && channel && !channel.has_bot ? h("span", { class: "muted" }, `aibot ${words.absent}`) : null,
    channel?.topic ? h("span", { class: "muted" }, channel.topic) : null);
}

// What is said

function drawChannel({ stick = false } = {}) {
  const list = $("messages");
  if (state.tab === "home" && state.channel.startsWith("D")) {
    const home = one(`home:${state.user}`);
    const mark = `${home?.id} ${home?.hash}`;
    $("foot").hidden = true;
    if (list.querySelector(".home")?.dataset.mark === mark) return; // what somebody is typing there stays
    fill(list, h("div", { class: "home kit", "data-mark": mark }, home ? blocks(home.blocks, { view: home.id }) : h("p", { class: "muted" }, words.noHome)));
    return;
  }
  $("foot").hidden = false;
  const inner = list.querySelector(".list") ?? h("div", { class: "list" });
  const low = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const messages = inChannel();
  const before = inner.lastElementChild?.dataset.ts;
  drawMessages(inner, messages, "channel", actions);
  const first = state.channel === "C1" && state.user === "U1";
  const seen = messages.some((message) => message.bot);
  const above = h("div", { class: "above" }, intro(), first ? h("p", { class: "muted" }, seen ? [words.typed, " ", h("code", {}, "/ai model deepseek-v3")] : words.gone) : null);
  const old = list.querySelector(".above");
  if (old && inner.parentNode === list) old.replaceWith(above);
  else fill(list, above, inner);
  const last = inner.lastElementChild;
  if (last && (stick || ((low || state.stick) && last.dataset.ts !== before))) {
    state.stick = false;
    // the newest message from its top, or the end of the list if that is nearer
    list.scrollTop = Math.min(list.scrollHeight, last.offsetTop - list.offsetTop - 12);
  }
}

function openThread(ts) {
  state.thread = ts;
  const list = $("messages");
  const low = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  drawThread(true);
  if (low) list.scrollTop = list.scrollHeight; // the pane made the channel narrower, and so longer
}

function drawThread(fresh = false) {
  const pane = $("thread");
  pane.hidden = !state.thread;
  document.body.classList.toggle("threaded", Boolean(state.thread));
  if (!state.thread) return fill(pane);
  const channel = one(`channel:${state.channel}`);
  if (fresh || !pane.firstChild) {
    const close = () => { state.thread = null; drawThread(); writing?.box.focus(); };
    const reply = composer({ thread: state.thread });
    fill(pane, h("header", {}, h("h2", {}, words.thread), h("span", { class: "muted" }, channel?.im ? "aibot" : `#${channel?.name}`),
      h("button", { type: "button", class: "plain", "aria-label": "Close the thread", onclick: close }, icon("close"))),
    h("div", { class: "list", tabindex: 0, role: "log", "aria-label": words.thread }), reply.node);
    pane.onkeydown = (event) => { if (event.key === "Escape" && !event.defaultPrevented) close(); };
    reply.box.focus();
  }
  const list = pane.querySelector(".list");
  const before = list.querySelectorAll(".message").length;
  drawMessages(list, inThread(state.thread), "thread", actions);
  const all = list.querySelectorAll(".message");
  if (all.length !== before) list.scrollTop = all.length > 1 ? all[all.length - 1].offsetTop - list.offsetTop - 60 : 0;
}

// What to try

const CHIPS = [
  ["typo", "/ai gemeni 1.5 pro"], ["version", "/ai model gpt-6"], ["chinese", "/ai DeepSeek-V3 训练花了多少钱？"],
  ["mention", "@aibot which models support 1M context?"], ["subscribe", "/ai subscribe"],
];

function drawFoot() {
  const focused = document.activeElement?.id === "composer";
  writing = composer({});
  if (focused) setTimeout(() => writing.box.focus());
  const chips = h("div", { class: "chips", role: "group", "aria-label": words.try }, CHIPS.map(([name, text]) =>
    h("button", { type: "button", class: "chip", title: text, onclick: async () => {
      if (name === "mention" && state.channel.startsWith("D")) Object.assign(state, { channel: "C1" }), drawAll();
      state.stick = true;
      const came = await act("say", { user: state.user, channel: state.channel, text });
      if (name === "mention" && came.ts) openThread(came.ts);
    } }, words[name])));
  fill($("foot"), chips, writing.node);
}

function drawBroken() {
  const problems = one("facts")?.problems ?? [];
  fill($("broken"), problems.length ? [h("b", {}, "The fact base is broken; the last good one goes on answering."),
    h("ul", {}, problems.slice(0, 8).map((problem) => h("li", {}, h("code", {}, problem.line ? `${problem.file}:${problem.line}` : problem.file),
      ` ${problem.entry ? `${problem.entry}: ` : ""}${problem.what}. ${problem.fix}`))),
    problems.length > 8 ? h("div", {}, `… and ${problems.length - 8} more`) : null] : null);
}

// All of it

function drawAll() {
  speak(me().locale);
  drawTop();
  drawSidebar();
  drawHeading();
  drawFoot();
  drawChannel({ stick: true });
  drawThread(true);
  drawModal();
  drawBroken();
  drawPanel();
}

function changed(keys) {
  if (!keys) {
    forget();
    drawAll();
    document.body.dataset.ready = state.user;
    return;
  }
  const touched = new Set(keys.map((key) => key.split(":")[0]));
  if (touched.has("user") || touched.has("channel")) { drawSidebar(); drawHeading(); }
  if (touched.has("message") || touched.has("home")) { drawChannel(); drawThread(); }
  if (touched.has("bot") || touched.has("clock")) drawTop();
  if (touched.has("facts")) drawBroken();
  if (touched.has("view")) drawModal();
  drawPanel(touched);
}

function lost(how) {
  document.body.classList.toggle("lost", Boolean(how));
  $("lost").textContent = how === "ended" ? "The playground has ended. Start it again and open its new address."
    : how ? "The connection is gone; trying again…" : "";
}

function connect() {
  follow(changed, lost);
}

setInterval(tick, 5000);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTop);
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.overflow[open]")) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.overflow[open]")) menu.open = false;
});
connect();
