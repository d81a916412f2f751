// Under the hood: the wire between Slack and the bot, the clock, trouble, the bot's log.

import { copy, fill, h, icon, refill } from "./dom.js";
import { builder } from "./messages.js";
import { act, kind, me, one, post, state } from "./state.js";

const TABS = [["inspector", "Inspector"], ["clock", "Clock"], ["trouble", "Trouble"], ["json", "JSON"], ["log", "Bot's log"]];
let shown = null;
let open = null;
let told = "";

/** Open a tab of the panel, or close it. */
export function openPanel(name, message) {
  state.panel = name;
  told = "";
  if (message) shown = message;
  drawPanel();
}

/** Redraw what changed of the panel. */
export function drawPanel(touched) {
  const panel = document.getElementById("panel");
  panel.hidden = !state.panel;
  document.body.classList.toggle("hooded", Boolean(state.panel));
  if (!state.panel) return fill(panel);
  const needs = { inspector: ["exchange"], clock: ["clock"], trouble: ["trouble", "bot", "exchange"], json: ["message"], log: ["log"] }[state.panel];
  if (touched && !needs.some((name) => touched.has(name))) return;
  const scrolled = panel.querySelector(".panel-body")?.scrollTop ?? 0;
  refill(panel,
    h("header", {}, h("div", { class: "tabs", role: "tablist", "aria-label": "Under the hood" }, TABS.map(([name, label]) =>
      h("button", { type: "button", role: "tab", "aria-selected": String(state.panel === name), "data-name": `tab-${name}`, onclick: () => openPanel(name) }, label))),
    h("button", { type: "button", class: "plain", "aria-label": "Close the panel", onclick: () => openPanel(null) }, icon("close"))),
    h("div", { class: "panel-body", tabindex: 0, role: "tabpanel", "aria-label": "Details" }, BODIES[state.panel](), told ? h("p", { role: "status" }, told) : null));
  panel.querySelector(".panel-body").scrollTop = scrolled;
}

const say = (came) => { told = came.told ?? came.error ?? ""; drawPanel(); };
const press = (label, work, props = {}) => h("button", { type: "button", class: "button", "data-name": label, ...props, onclick: async (event) => {
  event.currentTarget.setAttribute("aria-busy", "true");
  say(await work());
} }, label);

const outcome = (one) => (one.failure ?? one.error ?? one.status ?? "…");
const fine = (one) => !one.failure && !one.error && one.status && one.status < 300;

function lines(list) {
  return h("ol", { class: "wire" }, list.map((exchange) => h("li", {},
    h("button", { type: "button", class: fine(exchange) ? "" : "bad", "data-name": `x${exchange.number}`, "aria-expanded": String(open === exchange.number), onclick: () => look(exchange.number) },
      h("span", {}, exchange.direction === "to_app" ? "Slack → bot" : "bot → Slack"), h("b", {}, exchange.name), exchange.event ? h("span", { class: "muted" }, exchange.event) : null,
      exchange.retry ? h("span", { class: "muted" }, `retry ${exchange.retry}`) : null,
      h("span", { class: "spring" }), h("span", {}, String(outcome(exchange))),
      exchange.seconds ? h("span", { class: "muted" }, `${Math.round(exchange.seconds * 1000)} ms`) : null),
    open === exchange.number ? h("div", { class: "detail" }, detail) : null)));
}

let detail = "";

async function look(number) {
  open = open === number ? null : number;
  detail = "";
  if (open !== null) {
    const found = await (await fetch(`exchange/${number}`)).json();
    const part = (title, headers, body) => [h("h4", {}, title), h("pre", {}, Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n")), h("pre", {}, body)];
    detail = [part(`POST ${found.url}`, found.headers, found.body), part(`Answer: ${found.status}`, found.response_headers, found.response_body),
      found.seen ? h("p", { class: "wrong" }, `The person sees: ${found.seen}`) : null, found.problems.map((problem) => h("p", { class: "wrong" }, problem))];
  }
  drawPanel();
}

let recorded = null;

const BODIES = {
  inspector: () => [
    h("p", { class: "muted" }, "Every request between Slack and the bot, newest first. Tokens and signatures are masked."),
    h("div", { class: "row" }, press("Record as test", async () => { recorded = await post("record"); return recorded; }), press("Slack retries the event", () => act("redeliver"))),
    recorded?.text ? [h("p", {}, "Written to ", h("code", {}, recorded.path)), h("details", {}, h("summary", {}, "Show the test"), h("pre", {}, recorded.text))] : null,
    lines(kind("exchange").reverse()),
  ],
  clock: () => {
    const move = (to) => () => act("clock", { user: state.user, to });
    const { offset = 0 } = one("clock") ?? {};
    const input = h("input", { type: "datetime-local", id: "moment", "data-name": "moment", value: local(Date.now() + offset * 1000) });
    return [h("p", { class: "muted" }, `Slack and the bot both follow this clock. “Tomorrow morning” is that of ${me().real_name}, in ${me().tz}.`),
      h("div", { class: "row" }, press("Tomorrow morning", move("morning")), press("Just before the clocks change", move("change")),
        press("A month ahead", move("month")), press("Back to now", move("now"))),
      h("div", { class: "row" }, h("label", { for: "moment" }, "Or at (this computer's zone)"), input,
        press("Go", () => act("clock", { user: state.user, to: Date.parse(input.value) / 1000 })))];
  },
  trouble: () => {
    const [order] = one("trouble")?.orders ?? [];
    const now = order ? `${order.kind} ${order.error}` : "none";
    const kindOf = h("select", { id: "trouble", "data-name": "trouble" }, TROUBLES.map(([value, label]) => h("option", { value }, label)));
    const times = h("select", { id: "times", "data-name": "times" }, [["1", "the next call"], ["3", "the next three calls"], ["", "every call"]].map(([value, label]) => h("option", { value }, label)));
    kindOf.value = chosen.kind;
    times.value = chosen.times;
    const set = () => { chosen.kind = kindOf.value; chosen.times = times.value; };
    kindOf.onchange = times.onchange = set;
    const bot = one("bot") ?? {};
    return [h("h3", {}, "Slack's Web API"),
      h("p", { class: "muted" }, "A slash command's answer rides in the reply to Slack's own request and needs no call: mention the bot, or press a button, to meet trouble."),
      h("div", { class: "row" }, h("label", { for: "trouble" }, "Slack"), kindOf, h("label", { for: "times" }, "to"), times,
        press("Switch on", () => act("trouble", { kind: chosen.kind, times: chosen.times ? Number(chosen.times) : null })),
        press("End all trouble", () => act("trouble", { kind: "none" }))),
      h("p", { role: "status" }, order ? `On: ${now}, ${order.times === null ? "every call" : `${order.times} more`}` : "No trouble at the moment."),
      h("h3", {}, "The bot"),
      h("p", {}, `Process ${bot.pid ?? "–"}, ${bot.state}; started in ${bot.started_in} s; ${bot.crashes} crash${bot.crashes === 1 ? "" : "es"}.`),
      h("div", { class: "row" }, press("Crash now and restart", () => act("crash"), { class: "button danger" }),
        bot.state === "down" ? press("Start again", () => act("restart")) : null,
        press("Slack retries the last event", () => act("redeliver"))),
      h("h3", {}, "What went over the wire"), lines(kind("exchange").reverse().slice(0, 12))];
  },
  json: () => {
    const message = shown && one(`message:${shown.channel}:${shown.ts}`);
    if (!message) return h("p", { class: "muted" }, "Choose “Show JSON” in a card's ⋯ menu.");
    const json = JSON.stringify({ blocks: message.blocks }, null, 2);
    return [h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: (event) => copy(json, event.currentTarget) }, "Copy"),
      h("a", { class: "button", href: builder(message.blocks), target: "_blank", rel: "noopener noreferrer" }, "Open in Block Kit Builder")),
    h("p", { class: "muted" }, `${message.blocks.length} blocks, ${JSON.stringify(message.blocks).length} characters. The fallback text has ${message.text.length}.`),
    h("pre", {}, json), h("h4", {}, "text"), h("pre", {}, message.text)];
  },
  log: () => [h("p", { class: "muted" }, "What the bot's own process says."), h("pre", {}, (one("log")?.lines ?? []).join("\n"))],
};

const TROUBLES = [["429", "says 429: too many calls"], ["500", "says 500"], ["is_archived", "says is_archived"], ["invalid_blocks", "says invalid_blocks"],
  ["hangs", "hangs"], ["lost", "does it, and its answer gets lost"]];
const chosen = { kind: "429", times: "1" };
const pad = (value) => String(value).padStart(2, "0");
const local = (ms) => {
  const at = new Date(ms);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
};
