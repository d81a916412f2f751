// A field whose choices come from the bot while somebody types: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { h } from "./dom.js";
import { text } from "./mrkdwn.js";
import { words } from "./words.js";

let count = 0;

/** `ask(typed)` gives groups of options, `choose(option, node)` takes the one that was chosen. */
export function combobox(props, least, initial, ask, choose) {
  const id = `combobox-${(count += 1)}`;
  const list = h("div", { id, class: "b-offered", role: "listbox", hidden: true, "aria-label": props["aria-label"] ?? props.placeholder });
  let offered = [];
  let at = -1;
  let asked = 0;
  let chosen = initial?.text.text ?? "";

  function shut() {
    list.hidden = true;
    at = -1;
    node.setAttribute("aria-expanded", "false");
    node.removeAttribute("aria-activedescendant");
  }

  function take(option) {
    chosen = option.text.text;
    node.value = chosen;
    shut();
    choose(option, node);
  }

  function point(to) {
    offered[at]?.node.removeAttribute("aria-selected");
    at = (to + offered.length) % offered.length;
    const there = offered[at].node;
    there.setAttribute("aria-selected", "true");
    there.scrollIntoView({ block: "nearest" });
    node.setAttribute("aria-activedescendant", there.id);
  }

  async function look() {
    const typed = node.value === chosen ? "" : node.value;
    if (typed.length < least) return shut();
    const mine = (asked += 1);
    const came = await ask(typed);
    if (mine !== asked || document.activeElement !== node) return; // somebody has typed on, or left
    offered = [];
    const drawn = (option) => {
      const one = h("div", { id: `${id}-${offered.length}`, role: "option", onmousedown: (event) => { event.preventDefault(); take(option); } },
        text(option.text), option.description ? h("span", { class: "muted" }, text(option.description)) : null);
      offered.push({ option, node: one });
      return one;
    };
    list.replaceChildren(...(came.groups ?? []).map((group) => h("div", { role: "group", "aria-label": group.label?.text },
      group.label ? h("div", { class: "muted", "aria-hidden": "true" }, text(group.label)) : null, group.options.map(drawn))));
    if (!offered.length) list.replaceChildren(h("div", { class: "muted", role: "option", "aria-disabled": "true" }, words.noResults));
    at = -1;
    list.hidden = false;
    node.setAttribute("aria-expanded", "true");
  }

  function press(event) {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); return shut(); }
    if (list.hidden || !offered.length) { if (event.key === "ArrowDown") look(); return undefined; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      return point(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
    }
    if (event.key === "Enter") { event.preventDefault(); take(offered[Math.max(at, 0)].option); }
    return undefined;
  }

  const node = h("input", { ...props, type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
    autocomplete: "off", value: chosen, oninput: look, onclick: look, onblur: shut, onkeydown: press });
  return h("span", { class: "b-combobox" }, node, list);
}
