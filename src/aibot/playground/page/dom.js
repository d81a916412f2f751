// DOM nodes from data. Text only ever becomes a text node, so nothing people type can turn into markup.

export function h(tag, props = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Fill a node anew and leave the focus where it was, found again by id or data-name. */
export function refill(node, ...children) {
  const at = node.contains(document.activeElement) ? document.activeElement : null;
  const name = at?.id ? `#${CSS.escape(at.id)}` : at?.dataset.name ? `[data-name="${CSS.escape(at.dataset.name)}"]` : null;
  fill(node, ...children);
  if (name) node.querySelector(name)?.focus({ preventScroll: true });
  return node;
}

/** Make these the children, touching only what differs: what stays is not read out again, nor loses the focus. */
export function reconcile(node, children) {
  const wanted = new Set(children);
  for (const child of [...node.childNodes]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (node.childNodes[index] !== child) node.insertBefore(child, node.childNodes[index] ?? null);
  });
}

/** A link that leaves the playground; only addresses of the web and of mail become one. */
export function link(url, ...children) {
  if (!/^(https?:|mailto:)/i.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, ...children);
}

const PATHS = {
  eye: "M1 8s3-5 7-5 7 5 7 5-3 5-7 5-7-5-7-5zm7 2.5A2.5 2.5 0 1 0 8 5.5a2.5 2.5 0 0 0 0 5z",
  hash: "M5 2 4 14M11 2l-1 12M2 6h12M2 10h12",
  lock: "M4 7h8v6H4zM6 7V5a2 2 0 0 1 4 0v2",
  close: "M3 3l10 10M13 3 3 13",
  send: "M2 2l12 6-12 6 2-6z",
  menu: "M2 4h12M2 8h12M2 12h12",
  tools: "M2 4h7M12 4h2M9 2v4M2 12h2M7 12h7M5 10v4",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  reply: "M2 3h12v8H7l-3 3v-3H2z",
};

export function icon(name) {
  const filled = name === "send";
  return h(
    "svg:svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, class: `icon${filled ? " filled" : ""}`, "aria-hidden": "true" },
    h("svg:path", { d: PATHS[name] }),
  );
}

export async function copy(text, button) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed here";
  }
  setTimeout(() => (button.textContent = said), 1500);
}
