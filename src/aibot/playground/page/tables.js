// table and data_table: https://docs.slack.dev/reference/block-kit/blocks/table-block and …/data-table-block

import { fill, h } from "./dom.js";
import { richText } from "./rich_text.js";
import { words } from "./words.js";

const shown = (cell) => (cell.type === "rich_text" ? richText(cell.elements) : cell.text ?? String(cell.value ?? ""));
const order = (cell) => (cell.type === "raw_number" ? cell.value : (cell.text ?? "").toLocaleLowerCase());
const number = (cell) => cell.type === "raw_number";

/** A plain table. */
export function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (tag, item, column) => {
    const node = h(tag, { class: settings[column]?.is_wrapped ? "wrap" : undefined, scope: tag === "th" ? "col" : undefined }, shown(item));
    node.style.textAlign = settings[column]?.align ?? "";
    return node;
  };
  const [head, ...rows] = block.rows;
  return scrolling(h("table", { class: "b-table" },
    h("thead", {}, h("tr", {}, head.map((item, column) => cell("th", item, column)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((item, column) => cell("td", item, column)))))), "Table");
}

/** A table that people can sort, filter and page through. */
export function dataTable(block) {
  const [head, ...all] = block.rows;
  const size = block.page_size ?? 5;
  const view = { page: 0, by: null, down: false, filter: "" };
  const body = h("tbody");
  const where = h("span", { class: "muted" });
  const step = (by, label) => h("button", { type: "button", class: "button small", onclick: () => { view.page += by; draw(); } }, label);
  const [back, on] = [step(-1, words.previous), step(1, words.next)];
  const heads = head.map((item, column) => h("th", { scope: "col", "aria-sort": "none" },
    h("button", { type: "button", class: "linkish", onclick: () => { view.down = view.by === column && !view.down; view.by = column; draw(); } }, shown(item))));

  function draw() {
    let rows = all.filter((row) => row.some((item) => (item.text ?? "").toLocaleLowerCase().includes(view.filter)));
    if (view.by !== null) {
      rows = [...rows].sort((a, b) => (order(a[view.by]) > order(b[view.by]) ? 1 : order(a[view.by]) < order(b[view.by]) ? -1 : 0));
      if (view.down) rows.reverse();
    }
    heads.forEach((node, column) => node.setAttribute("aria-sort", view.by !== column ? "none" : view.down ? "descending" : "ascending"));
    view.page = Math.max(0, Math.min(view.page, Math.ceil(rows.length / size) - 1));
    const start = view.page * size;
    fill(body, rows.slice(start, start + size).map((row) => h("tr", {}, row.map((item, column) =>
      h(column === (block.row_header_column_index ?? 0) ? "th" : "td", { class: number(item) ? "number" : undefined,
        scope: column === (block.row_header_column_index ?? 0) ? "row" : undefined }, shown(item))))));
    where.textContent = `${rows.length ? start + 1 : 0}–${Math.min(start + size, rows.length)} / ${rows.length} ${words.rows}`;
    back.disabled = view.page === 0;
    on.disabled = start + size >= rows.length;
  }
  draw();
  const filter = h("input", { type: "search", placeholder: words.filter, "aria-label": words.filter,
    oninput: (event) => { view.filter = event.target.value.toLocaleLowerCase(); view.page = 0; draw(); } });
  const paged = all.length > size;
  return h("div", { class: "b-data-table" },
    paged ? h("div", { class: "b-data-head" }, filter) : null,
    scrolling(h("table", { class: "b-table" }, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, heads)), body), block.caption),
    paged ? h("div", { class: "b-data-foot" }, where, back, on) : null);
}

/** What is too wide scrolls, with the keyboard too. */
function scrolling(node, name) {
  return h("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": name }, node);
}
