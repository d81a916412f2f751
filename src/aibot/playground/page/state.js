// What the server sent, who we act as, and how to ask the server for something.

export const state = {
  items: new Map(),
  user: "U1",
  channel: "C1",
  thread: null,
  tab: "messages",
  panel: null,
  id: crypto.randomUUID(),
  stick: false,
};

export const kind = (name) => [...state.items].filter(([key]) => key.startsWith(`${name}:`)).map(([, item]) => item);
export const one = (key) => state.items.get(key);
export const person = (id) => one(`user:${id}`) ?? { id, real_name: id, name: id, locale: "en-US", tz: "UTC" };
export const me = () => person(state.user);
export const now = () => Date.now() + (one("clock")?.offset ?? 0) * 1000;

/** Ask for an act; what people see of it comes with the events. */
export async function act(name, details = {}) {
  return post(`do/${name}`, details);
}

export async function post(path, details = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(details),
    });
  } catch {
    return { error: "The playground does not answer; is it still running in the terminal?" };
  }
  return response.json().catch(() => ({ error: `the playground answered ${response.status}` }));
}

let source = null;

/** Follow the changes as this person; `changed(put, gone)` after each, `lost(final)` when the connection drops. */
export function follow(changed, lost) {
  source?.close();
  let fresh = true;
  source = new EventSource(`events?as=${encodeURIComponent(state.user)}&tab=${state.id}`);
  source.onopen = () => (fresh = true);
  source.onmessage = (event) => {
    const { put, gone } = JSON.parse(event.data);
    if (fresh) state.items.clear();
    for (const key of gone) state.items.delete(key);
    for (const [key, item] of Object.entries(put)) state.items.set(key, item);
    changed(fresh ? null : [...Object.keys(put), ...gone]);
    fresh = false;
    lost(null);
  };
  source.onerror = () => lost(source.readyState === EventSource.CLOSED ? "ended" : "waiting");
}
