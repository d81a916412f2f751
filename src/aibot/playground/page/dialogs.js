// Dialogs: the question before a dangerous button, and the app's modals.

import { blocks } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import { valuesOf } from "./elements.js";
import { text } from "./mrkdwn.js";
import { act, kind, state } from "./state.js";
import { words } from "./words.js";

/** Ask as a `confirm` object says. */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const answer = (value) => h("button", { type: "button", class: `button ${value ? confirm.style ?? "primary" : ""}`, onclick: () => {
      resolve(value);
      dialog.remove();
    } }, text(value ? confirm.confirm : confirm.deny));
    const dialog = h("dialog", { class: "modal", "aria-label": confirm.title.text, oncancel: () => { resolve(false); dialog.remove(); } },
      h("header", {}, h("h2", {}, text(confirm.title))), h("div", { class: "modal-body" }, text(confirm.text)),
      h("footer", {}, answer(false), answer(true)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

let dialog = null;
let drawn = "";

/** Show the topmost open view of this person, or none. */
export function drawModal() {
  const views = kind("view");
  const view = views.at(-1);
  const mark = view ? `${view.id} ${view.hash} ${views.length}` : "";
  if (mark === drawn) return;
  const same = view && drawn.startsWith(`${view.id} `);
  drawn = mark;
  if (!view) {
    dialog?.remove();
    dialog = null;
    return;
  }
  const shut = () => act("close", { user: state.user, view: view.id });
  const wrong = h("div", { class: "wrong", role: "alert" });
  const form = h("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); submit(view, form, wrong); } },
    h("header", {}, h("h2", { id: "modal-title" }, text(view.title)),
      h("button", { type: "button", class: "plain", "aria-label": words.cancel, onclick: shut }, icon("close"))),
    h("div", { class: "modal-body" }, wrong, blocks(view.blocks, { view: view.id, failed: (error) => (wrong.textContent = error) })),
    h("footer", {}, h("button", { type: "button", class: "button", onclick: shut }, view.close ? text(view.close) : words.cancel),
      view.submit ? h("button", { type: "submit", class: "button primary" }, text(view.submit)) : null));
  const focused = same ? document.activeElement?.id : null;
  if (!dialog) {
    dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
    document.body.append(dialog);
  }
  dialog.oncancel = (event) => { event.preventDefault(); shut(); };
  fill(dialog, form);
  if (!dialog.open) dialog.showModal();
  if (focused) document.getElementById(focused)?.focus();
  else form.querySelector("[autofocus], .modal-body input, .modal-body select, .modal-body textarea, footer .primary")?.focus();
}

async function submit(view, form, wrong) {
  const came = await act("submit", { user: state.user, view: view.id, values: valuesOf(view.id) });
  for (const node of form.querySelectorAll("[data-block]")) node.querySelector(".wrong").textContent = came.errors?.[node.dataset.block] ?? "";
  wrong.textContent = came.error ?? "";
}
