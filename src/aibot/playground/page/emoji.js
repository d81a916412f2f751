// The :names: of the emoji that cards use most; others stay as they were typed, as Slack does with unknown ones.

const NAMES = {
  wave: "👋", tada: "🎉", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", bulb: "💡", books: "📚", book: "📖",
  mag: "🔍", mag_right: "🔎", link: "🔗", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", clock1: "🕐", alarm_clock: "⏰",
  hourglass: "⌛", bell: "🔔", no_bell: "🔕", rocket: "🚀", sparkles: "✨", star: "⭐", fire: "🔥", eyes: "👀", thinking_face: "🤔",
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", pray: "🙏", smile: "😄", slightly_smiling_face: "🙂", joy: "😂",
  heart: "❤️", robot_face: "🤖", gear: "⚙️", lock: "🔒", key: "🔑", memo: "📝", pencil: "✏️", pushpin: "📌", newspaper: "📰",
  scales: "⚖️", question: "❓", exclamation: "❗", information_source: "ℹ️", arrow_right: "➡️", point_right: "👉", globe_with_meridians: "🌐",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪", chart_with_upwards_trend: "📈", bar_chart: "📊",
};

/** Text with its emoji drawn. */
export function emoji(text) {
  return [text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] ?? whole)];
}

/** One emoji of a rich text, by its code points or its name. */
export function emojiOf({ name, unicode }) {
  if (unicode) return String.fromCodePoint(...unicode.split("-").map((code) => Number.parseInt(code, 16)));
  return NAMES[name] ?? `:${name}:`;
}
