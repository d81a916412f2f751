// The markdown block: standard Markdown, as far as Slack takes it: …/reference/block-kit/blocks/markdown-block

import { h, link } from "./dom.js";

const INLINE = /(\*\*|__)(?=\S)(.+?)\1|(\*|_)(?=\S)(.+?)\3|~~(.+?)~~|`([^`]+)`|!?\[([^\]]*)\]\(([^)\s]+)\)/s;

function inline(text) {
  const found = INLINE.exec(text);
  if (!found) return [text];
  const [whole, , bold, , italic, strike, code, label, url] = found;
  const node = bold ? h("b", {}, inline(bold)) : italic ? h("i", {}, inline(italic)) : strike ? h("s", {}, inline(strike))
    : code ? h("code", {}, code) : link(url, label || url);
  return [text.slice(0, found.index), node, ...inline(text.slice(found.index + whole.length))];
}

const cells = (line) => line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
const KINDS = [[/^\s*[-*+] (.*)/, "ul"], [/^\s*\d+[.)] (.*)/, "ol"], [/^> ?(.*)/, "blockquote"]];

/** Markdown as nodes. */
export function markdown(source) {
  const nodes = [];
  const lines = source.split("\n");
  const take = (pattern) => {
    const taken = [];
    for (let found; lines.length && (found = pattern.exec(lines[0])); lines.shift()) taken.push(found[1]);
    return taken;
  };
  while (lines.length) {
    const line = lines[0];
    const heading = /^(#{1,6}) (.*)/.exec(line);
    const group = KINDS.find(([pattern]) => pattern.test(line));
    if (line.startsWith("```")) {
      lines.shift();
      const end = lines.findIndex((one) => one.startsWith("```"));
      nodes.push(h("pre", {}, lines.splice(0, end < 0 ? lines.length : end).join("\n")));
      lines.shift();
    } else if (heading) {
      nodes.push(h(`h${Math.min(6, heading[1].length + 1)}`, {}, inline(heading[2])));
      lines.shift();
    } else if (/^(-{3,}|\*{3,})$/.test(line)) {
      nodes.push(h("hr"));
      lines.shift();
    } else if (line.includes("|") && /^[\s|:-]+$/.test(lines[1] ?? "")) {
      const head = cells(lines.shift());
      lines.shift();
      nodes.push(h("table", { class: "b-table" }, h("tr", {}, head.map((cell) => h("th", {}, inline(cell)))),
        take(/^(.*\|.*)$/).map((row) => h("tr", {}, cells(row).map((cell) => h("td", {}, inline(cell)))))));
    } else if (group) {
      const [pattern, tag] = group;
      const taken = take(pattern);
      nodes.push(h(tag, {}, tag === "blockquote" ? taken.map((one) => h("div", {}, inline(one))) : taken.map((one) => h("li", {}, inline(one)))));
    } else if (line.trim() === "") {
      lines.shift();
    } else {
      nodes.push(h("p", {}, take(/^(?!\s*$|#{1,6} |```|> |\s*[-*+] |\s*\d+[.)] )(.+)/).flatMap((one, index) => [index ? h("br") : null, ...inline(one)])));
      if (lines[0] === line) nodes.push(h("p", {}, lines.shift()));
    }
  }
  return nodes;
}
