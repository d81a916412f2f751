// rich_text blocks: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { h, link } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { date, mention } from "./mrkdwn.js";

const STYLES = { bold: "b", italic: "i", strike: "s", code: "code", underline: "u" };
const MARKERS = ["disc", "circle", "square"];

/** The parts of a rich text as nodes. */
export function richText(elements) {
  return elements.map((part) => {
    if (part.type === "rich_text_list") return list(part);
    if (part.type === "rich_text_preformatted") return h("pre", {}, part.elements.map(leaf));
    if (part.type === "rich_text_quote") return h("blockquote", {}, part.elements.map(leaf));
    return h("div", { class: "rich-section" }, (part.elements ?? []).map(leaf));
  });
}

function list(part) {
  const node = h(part.style === "ordered" ? "ol" : "ul", { start: part.offset ? part.offset + 1 : undefined },
    part.elements.map((item) => h("li", {}, (item.elements ?? []).map(leaf))));
  node.style.marginInlineStart = `${(part.indent ?? 0) * 24}px`;
  if (part.style !== "ordered") node.style.listStyleType = MARKERS[(part.indent ?? 0) % 3];
  return node;
}

function leaf(item) {
  let node;
  if (item.type === "link") node = link(item.url, item.text ?? item.url);
  else if (item.type === "user" || item.type === "channel") node = mention(item.user_id ?? item.channel_id);
  else if (item.type === "usergroup") node = h("span", { class: "mention" }, `@${item.usergroup_id}`);
  else if (item.type === "broadcast") node = h("span", { class: "mention self" }, `@${item.range}`);
  else if (item.type === "emoji") node = h("span", {}, emojiOf(item));
  else if (item.type === "date") node = h("time", {}, date(item.timestamp, item.format ?? "{date}", item.fallback ?? ""));
  else if (item.type === "color") node = h("span", {}, item.value);
  else node = h("span", {}, (item.text ?? "").split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line])));
  for (const [style, on] of Object.entries(item.style ?? {})) if (on && STYLES[style]) node = h(STYLES[style], {}, node);
  return node;
}

/** Plain text as the rich text an input sends. */
export function asRichText(typed) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: typed }] }] };
}
