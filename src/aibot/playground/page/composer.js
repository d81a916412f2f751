// The message box: slash commands and @names complete themselves, Enter sends, Shift+Enter breaks the line.

import { fill, h, icon } from "./dom.js";
import { act, kind, one, state } from "./state.js";
import { words } from "./words.js";

const COMMANDS = [
  ["/ai ", "Ask the bot"], ["/ai help", "What it answers"], ["/ai model ", "A model's card"], ["/ai date ", "What happened when"],
  ["/ai domain ", "Where AI is used"], ["/ai technique ", "What a technique does"], ["/ai org ", "An organisation"], ["/ai person ", "A person"],
  ["/ai trend ", "An outlook"], ["/ai compare ", "Side by side"], ["/ai timeline ", "What happened when"], ["/ai list ", "Everything of a kind"], ["/ai random", "Something new"], ["/ai about", "What it is"],
  ["/invite @aibot", "Bring the bot into this channel"], ["/remove @aibot", "Take it out"], ["/archive", "Archive this channel"],
  ["/unarchive", "Bring it back"], ["/rename ", "Give it another name"],
];
const typedBefore = [];
const drafts = new Map();

/** A composer for the channel, or for a thread. */
export function composer({ thread }) {
  const id = thread ? "reply" : "composer";
  const channel = one(`channel:${state.channel}`);
  const place = channel?.im ? "aibot" : `#${channel?.name ?? ""}`;
  const name = thread ? words.replyHere : `${words.message} ${place}`;
  const wrong = h("div", { class: "wrong", role: "alert" });
  const list = h("ul", { class: "completions", role: "listbox", id: `${id}-list`, "aria-label": "Completions", hidden: true });
  let found = [];
  let chosen = 0;
  let back = typedBefore.length;
  const draft = `${state.user} ${state.channel} ${thread ?? ""}`;

  const box = h("textarea", { id, rows: 1, placeholder: name, "aria-label": name, "aria-controls": list.id, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    value: drafts.get(draft) ?? "",
    oninput: () => { drafts.set(draft, box.value); grow(); complete(); },
    onblur: () => setTimeout(() => show([]), 150),
    onkeydown: (event) => {
      if (event.isComposing) return;
      if (found.length && key(event)) return event.preventDefault();
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
      if ((event.key === "ArrowUp" || event.key === "ArrowDown") && (box.value === "" || box.value === typedBefore[back])) history(event);
    } });

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
  }

  function history(event) {
    const next = back + (event.key === "ArrowUp" ? -1 : 1);
    if (next < 0 || next > typedBefore.length) return;
    event.preventDefault();
    back = next;
    box.value = typedBefore[back] ?? "";
    grow();
  }

  function complete() {
    const before = box.value.slice(0, box.selectionStart);
    const at = /(?:^|\s)([@#])([\p{L}\d_-]*)$/u.exec(before);
    if (/^\/\S*( \S*)?$/.test(before) && !thread) {
      show(COMMANDS.filter(([command]) => command.startsWith(before) && command !== before).map(([command, does]) => ({ text: command, does, from: 0 })));
    } else if (at) {
      const from = before.length - at[2].length - 1;
      const names = at[1] === "@" ? kind("user").map((who) => [who.name, who.real_name]) : kind("channel").filter((c) => !c.im).map((c) => [c.name, ""]);
      show(names.filter(([one, real]) => `${one} ${real}`.toLowerCase().includes(at[2].toLowerCase()))
        .map(([one, real]) => ({ text: `${at[1]}${one} `, does: real, from })));
    } else show([]);
  }

  function show(options) {
    found = options.slice(0, 8);
    chosen = 0;
    list.hidden = !found.length;
    fill(list, found.map((option, index) => h("li", { role: "option", id: `${id}-${index}`, "aria-selected": String(index === chosen),
      onmousedown: (event) => { event.preventDefault(); take(index); } }, h("b", {}, option.text), h("span", { class: "muted" }, option.does))));
    mark();
  }

  function mark() {
    [...list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === chosen)));
    if (found.length) box.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function take(index) {
    const option = found[index];
    const after = box.value.slice(box.selectionStart);
    box.value = box.value.slice(0, option.from) + option.text + after;
    box.selectionStart = box.selectionEnd = option.from + option.text.length;
    show([]);
    grow();
    box.focus();
  }

  function key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { chosen = (chosen + step + found.length) % found.length; mark(); return true; }
    if (event.key === "Escape") { show([]); return true; }
    if (event.key === "Tab" && !event.shiftKey) { take(chosen); return true; }
    return false;
  }

  async function send(text = box.value) {
    if (!text.trim()) return;
    typedBefore.push(text);
    back = typedBefore.length;
    box.value = "";
    drafts.delete(draft);
    state.stick = true;
    wrong.textContent = "";
    show([]);
    grow();
    const came = await act("say", { user: state.user, channel: state.channel, text, thread_ts: thread ?? null });
    if (came.error && came.status === undefined) { wrong.textContent = came.error; if (!box.value) box.value = text; }
  }

  const node = h("div", { class: "composer" }, list, h("div", { class: "box" }, box,
    h("button", { type: "button", class: "send", "aria-label": "Send", onclick: () => send() }, icon("send"))), wrong);
  return { node, box, send };
}
