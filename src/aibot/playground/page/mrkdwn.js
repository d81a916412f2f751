// Slack's mrkdwn as DOM nodes: https://docs.slack.dev/messaging/formatting-message-text

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { me, one, person } from "./state.js";

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const URL_IN_TEXT = /https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]}'"]/g;

/** A mention of a person, the bot or a channel. */
export function mention(id, label) {
  const channel = one(`channel:${id}`);
  const text = label ?? (channel ? `#${channel.name}` : `@${person(id).real_name || person(id).name}`);
  return h("span", { class: id === me().id ? "mention self" : "mention" }, text);
}

/** A moment as `<!date^…>` wants it: in the reader's zone and language. */
export function date(seconds, format, fallback) {
  const { locale, tz } = me();
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const draw = (options) => new Intl.DateTimeFormat(locale, { timeZone: tz, ...options }).format(at);
  const long = { year: "numeric", month: "long", day: "numeric" };
  const tokens = {
    date_num: () => draw({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => draw(long), date_pretty: () => draw(long), date_long: () => draw({ ...long, weekday: "long" }),
    date_long_pretty: () => draw({ ...long, weekday: "long" }),
    date_short: () => draw({ ...long, month: "short" }), date_short_pretty: () => draw({ ...long, month: "short" }),
    day_divider_pretty: () => draw({ weekday: "long", month: "long", day: "numeric" }),
    time: () => draw({ hour: "numeric", minute: "2-digit" }),
    time_secs: () => draw({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => draw({ ...long, hour: "numeric", minute: "2-digit" }),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name]() : whole));
}

function reference(inner) {
  const [target, label] = inner.split(/\|(.*)/s);
  if (target.startsWith("@") || target.startsWith("#")) return mention(target.slice(1), label && unescape((target[0] === "#" ? "#" : "@") + label));
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    const text = date(seconds, unescape(format ?? ""), unescape(label ?? ""));
    return url ? link(url, text) : h("time", {}, text);
  }
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, unescape(label ?? "@group"));
  if (target.startsWith("!")) return h("span", { class: "mention self" }, `@${target.slice(1)}`);
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/, "")));
}

function words(text, verbatim) {
  const plain = unescape(text);
  if (verbatim) return emoji(plain);
  const nodes = [];
  let last = 0;
  for (const found of plain.matchAll(URL_IN_TEXT)) {
    nodes.push(...emoji(plain.slice(last, found.index)), link(found[0], found[0]));
    last = found.index + found[0].length;
  }
  return [...nodes, ...emoji(plain.slice(last))];
}

// A mark opens after no letter or digit and before no space, and closes the other way round.
const STYLED = /(?<![\p{L}\p{N}])([*_~])(?=\S)((?:(?!\1)[^\n])*?\S)\1(?![\p{L}\p{N}])|`([^`\n]+)`|<([^<>\n]+)>/su;
const TAGS = { "*": "b", _: "i", "~": "s" };

function inline(text, verbatim) {
  const nodes = [];
  let rest = text;
  for (;;) {
    const found = STYLED.exec(rest);
    if (!found) break;
    nodes.push(...words(rest.slice(0, found.index), verbatim));
    if (found[4] !== undefined) nodes.push(reference(found[4]));
    else if (found[3] !== undefined) nodes.push(h("code", {}, unescape(found[3])));
    else nodes.push(h(TAGS[found[1]], {}, inline(found[2], verbatim)));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, ...words(rest, verbatim)];
}

function lines(text, verbatim) {
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length) nodes.push(h("blockquote", {}, broken(quote, verbatim)));
    quote = [];
  };
  let plain = [];
  const endPlain = () => {
    if (plain.length) nodes.push(...broken(plain, verbatim));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) { endPlain(); quote.push(quoted[1]); } else { endQuote(); plain.push(line); }
  }
  endPlain();
  endQuote();
  return nodes;
}

function broken(list, verbatim) {
  return list.flatMap((line, index) => (index ? [h("br"), ...inline(line, verbatim)] : inline(line, verbatim)));
}

/** Slack's own markup as nodes. */
export function mrkdwn(text, { verbatim = false } = {}) {
  return text.split(/```([\s\S]+?)```\n?/).flatMap((part, index) =>
    index % 2 ? [h("pre", {}, unescape(part.replace(/^\n|\n$/g, "")))] : part ? lines(part, verbatim) : []);
}

/** A text object of either kind. */
export function text(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "", { verbatim: object.verbatim });
  const shown = unescape(object.text ?? "");
  return shown.split("\n").flatMap((line, index) => [index ? h("br") : null, ...(object.emoji === false ? [line] : emoji(line))]);
}
