// Block elements: buttons, selects, pickers and inputs: https://docs.slack.dev/reference/block-kit/block-elements

import { combobox } from "./combobox.js";
import { confirmed } from "./dialogs.js";
import { h, link } from "./dom.js";
import { text } from "./mrkdwn.js";
import { asRichText } from "./rich_text.js";
import { act, kind, state } from "./state.js";
import { words } from "./words.js";

/** What inputs of views hold, by view and action_id, so that a redrawn view keeps it. */
const held = new Map();
const slot = (at, item) => `${at.view ?? `${at.channel} ${at.ts}`} ${item.action_id}`;

export function valuesOf(view) {
  return Object.fromEntries([...held].filter(([key]) => key.startsWith(`${view} `)).map(([key, value]) => [key.slice(view.length + 1), value]));
}

const target = (at) => (at.view ? { view: at.view } : { channel: at.channel, ts: at.ts });

async function use(item, at, value, node) {
  if (item.confirm && !(await confirmed(item.confirm))) return;
  node?.setAttribute("aria-busy", "true");
  state.stick = true;
  const came = await act("press", { user: state.user, target: target(at), action: item.action_id ?? "", block: at.block, value,
    inputs: at.view ? valuesOf(at.view) : {} });
  node?.removeAttribute("aria-busy");
  if (came.error) at.failed?.(came.error);
}

/** Inside an input block a change is kept for the submission; elsewhere it is sent at once. */
function changed(item, at, value, node) {
  held.set(slot(at, item), value);
  if (!at.input || at.dispatch) use(item, at, value, node);
}

/** One element. */
export function element(item, at) {
  const draw = ELEMENTS[item.type];
  return draw ? draw(item, at) : h("details", { class: "b-unknown" }, h("summary", {}, `The playground does not draw “${item.type}”`), h("pre", {}, JSON.stringify(item, null, 1)));
}

/** An input block: label, element, hint and the error the bot sent back for it. */
export function field(block, at) {
  const id = `f-${at.view ?? at.ts}-${block.block_id}`.replace(/\W/g, "-");
  const inner = element(block.element, { ...at, input: true, dispatch: block.dispatch_action, id, label: block.label });
  const group = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const optional = block.optional ? h("span", { class: "muted" }, ` ${words.optional}`) : null;
  const label = group ? h("legend", {}, text(block.label), optional) : h("label", { for: id }, text(block.label), optional);
  return h(group ? "fieldset" : "div", { class: "b-input", "data-block": block.block_id },
    label, inner, block.hint ? h("div", { class: "muted" }, text(block.hint)) : null, h("div", { class: "wrong", role: "alert" }));
}

function button(item, at) {
  const props = { class: `button ${item.style ?? ""}`, "aria-label": item.accessibility_label };
  if (!item.url) return h("button", { type: "button", ...props, onclick: (event) => use(item, at, null, event.currentTarget) }, text(item.text));
  const node = link(item.url, text(item.text));
  node.className = props.class;
  node.addEventListener("click", () => use(item, at, null, node)); // a link button tells the app, too
  return node;
}

const every = (item) => [...(item.options ?? []), ...(item.option_groups ?? []).flatMap((group) => group.options)];
const named = (item, at) => ({ id: at.id, "aria-label": at.label ? undefined : item.placeholder?.text ?? words.choose });

function select(item, at, options = every(item), initial = item.initial_option?.value, groups = item.option_groups) {
  const choice = (one) => h("option", { value: one.value }, one.text.text);
  const node = h("select", { ...named(item, at), onchange: () => changed(item, at, node.value || null, node) },
    h("option", { value: "" }, item.placeholder?.text ?? words.choose),
    groups ? groups.map((group) => h("optgroup", { label: group.label.text }, group.options.map(choice))) : options.map(choice));
  node.value = held.get(slot(at, item)) ?? initial ?? "";
  return node;
}

function multi(item, at, options = every(item), initial = (item.initial_options ?? []).map((one) => one.value)) {
  const now = held.get(slot(at, item)) ?? initial;
  const node = h("select", { ...named(item, at), multiple: true, size: Math.min(6, Math.max(3, options.length)),
    onchange: () => changed(item, at, [...node.selectedOptions].map((one) => one.value), node) },
  options.map((one) => h("option", { value: one.value, selected: now.includes(one.value) }, one.text.text)));
  return node;
}

const choices = (list) => list.map((one) => ({ value: one.id, text: { text: one.real_name ?? (one.im ? `@${one.name}` : `#${one.name}`) } }));
const people = () => choices(kind("user").filter((one) => !one.bot));
const rooms = () => choices(kind("channel").filter((one) => !one.im && !one.archived));

function external(item, at, many) {
  if (!many) {
    const ask = (query) => act("suggest", { user: state.user, target: target(at), action: item.action_id, typed: query });
    return combobox({ ...named(item, at), placeholder: item.placeholder?.text }, item.min_query_length ?? 3, item.initial_option, ask,
      (option, node) => changed(item, at, option, node));
  }
  const options = new Map((many ? item.initial_options ?? [] : [item.initial_option]).filter(Boolean).map((one) => [one.text.text, one]));
  const list = h("datalist", { id: `${at.id ?? at.ts}-${item.action_id}-options`.replace(/\W/g, "-") });
  const node = h("input", { ...named(item, at), list: list.id, placeholder: item.placeholder?.text, autocomplete: "off",
    value: [...options.keys()].join(", "),
    oninput: async () => {
      if (options.has(node.value)) return changed(item, at, many ? [options.get(node.value)] : options.get(node.value), node);
      if (node.value.length < (item.min_query_length ?? 3)) return;
      const came = await act("suggest", { user: state.user, target: target(at), action: item.action_id, typed: node.value });
      const offered = (came.groups ?? []).flatMap((group) => group.options);
      for (const one of offered) options.set(one.text.text, one);
      list.replaceChildren(...offered.map((one) => h("option", { value: one.text.text })));
    } });
  return h("span", {}, node, list);
}

function picker(type, from, to = (value) => value) {
  return (item, at) => {
    const start = held.get(slot(at, item)) ?? from(item);
    const node = h("input", { type, ...named(item, at), value: start ?? "", onchange: () => changed(item, at, to(node.value) || null, node) });
    return node;
  };
}

function typed(type, to = (value) => value) {
  return (item, at) => {
    const long = type === "area";
    const keep = () => held.set(slot(at, item), to(node.value) || null);
    const node = h(long ? "textarea" : "input", { type: long ? undefined : type, ...named(item, at), placeholder: item.placeholder?.text,
      maxlength: item.max_length, minlength: item.min_length, rows: long ? 4 : undefined, autofocus: item.focus_on_load,
      value: typeof held.get(slot(at, item)) === "string" ? held.get(slot(at, item)) : item.initial_value ?? "", oninput: keep,
      onkeydown: (event) => { if (event.key === "Enter" && at.dispatch) use(item, at, node.value, node); } });
    return node;
  };
}

function options(type) {
  return (item, at) => {
    const many = type === "checkbox";
    const first = many ? (item.initial_options ?? []).map((one) => one.value) : [item.initial_option?.value];
    const now = [held.get(slot(at, item)) ?? first].flat();
    const name = slot(at, item);
    const node = h("div", { class: "b-options", role: at.input ? undefined : many ? "group" : "radiogroup", "aria-label": at.input ? undefined : words.choose },
      item.options.map((one) => h("label", {}, h("input", { type, name, value: one.value, checked: now.includes(one.value), onchange: () => {
        const on = [...node.querySelectorAll("input:checked")].map((input) => input.value);
        changed(item, at, many ? on : on[0] ?? null, node);
      } }), h("span", {}, text(one.text), one.description ? h("span", { class: "muted" }, h("br"), text(one.description)) : null))));
    return node;
  };
}

function overflow(item, at) {
  const menu = h("details", { class: "overflow" }, h("summary", { class: "button", "aria-label": "More" }, "⋯"),
    h("div", { class: "menu" }, item.options.map((one) => h("button", { type: "button", onclick: () => {
      menu.open = false;
      use(item, at, one.value, menu);
    } }, text(one.text)))));
  return menu;
}

const feedback = (item, at) => [["positive_button", "positive"], ["negative_button", "negative"]].map(([side, value]) =>
  h("button", { type: "button", class: "button quiet", "aria-label": item[side].accessibility_label,
    onclick: (event) => use(item, at, value, event.currentTarget) }, text(item[side].text)));

const pad = (value) => String(value).padStart(2, "0");
const local = (seconds) => {
  const at = new Date(seconds * 1000);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
};

const ELEMENTS = {
  button, overflow, workflow_button: button,
  icon_button: (item, at) => button({ ...item, text: item.text ?? { type: "plain_text", text: item.icon } }, at),
  feedback_buttons: (item, at) => h("span", {}, feedback(item, at)),
  static_select: (item, at) => select(item, at),
  multi_static_select: (item, at) => multi(item, at),
  external_select: (item, at) => external(item, at, false),
  multi_external_select: (item, at) => external(item, at, true),
  users_select: (item, at) => select(item, at, people(), item.initial_user, null),
  channels_select: (item, at) => select(item, at, rooms(), item.initial_channel, null),
  conversations_select: (item, at) => {
    const here = item.initial_conversation ?? (item.default_to_current_conversation && !state.channel.startsWith("D") ? state.channel : "");
    if (here && at.input && !held.has(slot(at, item))) held.set(slot(at, item), here);
    return select(item, at, [...rooms(), ...people()], here, null);
  },
  multi_users_select: (item, at) => multi(item, at, people(), item.initial_users ?? []),
  multi_channels_select: (item, at) => multi(item, at, rooms(), item.initial_channels ?? []),
  multi_conversations_select: (item, at) => multi(item, at, [...rooms(), ...people()], item.initial_conversations ?? []),
  datepicker: picker("date", (item) => item.initial_date),
  timepicker: picker("time", (item) => item.initial_time),
  datetimepicker: picker("datetime-local", (item) => item.initial_date_time && local(item.initial_date_time), (value) => value && Math.floor(Date.parse(value) / 1000)),
  plain_text_input: (item, at) => typed(item.multiline ? "area" : "text")(item, at),
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  number_input: typed("number"),
  rich_text_input: typed("area", asRichText),
  checkboxes: options("checkbox"),
  radio_buttons: options("radio"),
  image: (item) => h("span", { class: "picture small", role: "img", "aria-label": item.alt_text, title: item.image_url }, item.alt_text),
};
