// Block Kit as DOM nodes, block by block: https://docs.slack.dev/reference/block-kit/blocks

import { h, link } from "./dom.js";
import { chart } from "./charts.js";
import { element, field } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn, text } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";
import { words } from "./words.js";

/** Long text of a section is folded, unless it says `expand`. */
const LONG = 700;

const DRAW = {
  header: (block) => h(`h${block.level >= 2 && block.level <= 4 ? block.level : 2}`, { class: "b-header" }, text(block.text)),
  divider: () => h("hr"),
  section,
  context: (block) => h("div", { class: "b-context" }, block.elements.map((item) =>
    item.type === "image" ? image(item, "small") : h("span", {}, text(item)))),
  actions: (block, at) => h("div", { class: "b-actions" }, block.elements.map((item) => element(item, within(at, block)))),
  context_actions: (block, at) => h("div", { class: "b-actions quiet" }, block.elements.map((item) => element(item, within(at, block)))),
  image: (block) => h("figure", { class: "b-image" },
    block.title ? h("figcaption", {}, text(block.title)) : null, image(block, "large")),
  input: (block, at) => field(block, within(at, block)),
  rich_text: (block) => h("div", { class: "b-rich" }, richText(block.elements)),
  markdown: (block) => h("div", { class: "b-markdown" }, markdown(block.text)),
  table: (block) => table(block),
  data_table: (block) => dataTable(block),
  data_visualization: (block) => chart(block),
  card,
  carousel: (block, at) => h("div", { class: "b-carousel", role: "group", tabindex: 0, "aria-label": "Cards" },
    block.elements.map((item) => card(item, at))),
  container,
  alert: (block) => h("div", { class: `b-alert ${block.level ?? "default"}`, role: "note" }, text(block.text)),
  video: (block) => h("div", { class: "b-video" }, h("b", {}, link(block.title_url ?? block.video_url ?? "", text(block.title))),
    block.description ? h("div", {}, text(block.description)) : null, image({ alt_text: block.alt_text, image_url: block.thumbnail_url }, "large")),
  file: (block) => h("div", { class: "placeholder" }, `File: ${block.external_id}`),
  plan: (block, at) => h("div", { class: "b-plan" }, h("b", {}, plain(block.title)), (block.tasks ?? []).map((task) => taskCard(task, at))),
  task_card: taskCard,
};

const plain = (value) => (typeof value === "string" ? value : text(value));
const within = (at, block) => ({ ...at, block: block.block_id });

/** All blocks of a message or view; `at` says where they stand, for what is pressed in them. */
export function blocks(list, at) {
  return list.map((block) => {
    try {
      return DRAW[block.type] ? DRAW[block.type](block, at) : unknown(block);
    } catch (error) {
      return unknown(block, error);
    }
  });
}

/** What the playground cannot draw is shown as it is, never left out. */
export function unknown(block, error) {
  const why = error ? `“${block.type}” could not be drawn: ${error.message}` : `The playground does not draw “${block.type}”`;
  return h("details", { class: "b-unknown" }, h("summary", {}, why), h("pre", {}, JSON.stringify(block, null, 1)));
}

function section(block, at) {
  const body = h("div", { class: "b-body" });
  if (block.text) body.append(folded(block));
  if (block.fields) body.append(h("div", { class: "b-fields" }, block.fields.map((item) => h("div", {}, text(item)))));
  if (!block.accessory) return h("div", { class: "b-section" }, body);
  const beside = block.accessory.type === "image" ? image(block.accessory, "beside") : element(block.accessory, within(at, block));
  return h("div", { class: "b-section with-accessory" }, body, h("div", { class: "b-accessory" }, beside));
}

function folded(block) {
  const whole = h("div", { class: "b-text" }, text(block.text));
  if (block.expand || (block.text.text ?? "").length < LONG) return whole;
  whole.classList.add("folded");
  const button = h("button", { class: "linkish", type: "button", "aria-expanded": "false", onclick: () => {
    const open = whole.classList.toggle("folded") === false;
    button.textContent = open ? words.less : words.more;
    button.setAttribute("aria-expanded", String(open));
  } }, words.more);
  return h("div", {}, whole, button);
}

/** No picture is ever fetched from elsewhere: its place, its words and its address are shown. */
function image({ alt_text: alt, image_url: url, slack_file: file }, size) {
  const address = url ?? file?.url ?? file?.id ?? "";
  if (/^data:image\/(png|jpeg|gif|webp);/.test(address)) return h("img", { src: address, alt, class: size });
  return h("span", { class: `picture ${size}`, role: "img", "aria-label": alt, title: address }, h("span", {}, alt));
}

function card(block, at) {
  const here = within(at, block);
  return h("article", { class: "b-card" },
    block.hero_image ? image(block.hero_image, "large") : null,
    h("div", { class: "b-card-head" },
      block.icon ? image(block.icon, "small") : null,
      h("div", {}, block.title ? h("b", {}, text(block.title)) : null, block.subtitle ? h("div", { class: "muted" }, text(block.subtitle)) : null)),
    block.body ? h("div", {}, text(block.body)) : null,
    block.subtext ? h("div", { class: "muted" }, text(block.subtext)) : null,
    block.actions?.length ? h("div", { class: "b-actions" }, block.actions.map((item) => element(item, here))) : null);
}

function container(block, at) {
  const title = block.rich_text_title ? richText(block.rich_text_title.elements ?? []) : text(block.title);
  const head = h("div", {}, h("b", {}, title), block.subtitle ? h("div", { class: "muted" }, text(block.subtitle)) : null);
  const inside = h("div", { class: "b-inside" }, blocks(block.child_blocks ?? [], at));
  if (!block.is_collapsible) return h("section", { class: `b-container ${block.width ?? ""}` }, head, inside);
  return h("details", { class: `b-container ${block.width ?? ""}`, open: !block.default_collapsed }, h("summary", {}, head), inside);
}

const STATES = { pending: "○", in_progress: "◐", complete: "●", error: "✕" };

function taskCard(task) {
  return h("div", { class: `b-task ${task.status}` },
    h("div", {}, `${STATES[task.status] ?? "○"} `, h("b", {}, plain(task.title)), h("span", { class: "muted" }, ` ${task.status ?? ""}`)),
    task.details ? richText(task.details.elements ?? []) : null,
    task.output ? richText(task.output.elements ?? []) : null,
    (task.sources ?? []).map((source) => h("div", {}, link(source.url, source.text))));
}

/** Legacy attachments: a coloured bar with text or blocks. */
export function attachments(list, at) {
  return list.map((item) => h("div", { class: "b-attachment" },
    item.pretext ? h("div", {}, mrkdwn(item.pretext)) : null,
    item.title ? h("b", {}, item.title_link ? link(item.title_link, item.title) : item.title) : null,
    item.blocks ? blocks(item.blocks, at) : item.text ? h("div", {}, mrkdwn(item.text)) : null,
    item.footer ? h("div", { class: "muted" }, item.footer) : null));
}
