// data_visualization: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block

import { h } from "./dom.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [480, 230, 52, 34, 24];

/** A chart with its figures in words beside it, since a picture alone says nothing to a screen reader. */
export function chart(block) {
  const { chart: data } = block;
  const draw = data.type === "pie" ? pie : axes;
  const named = data.type === "pie" ? data.segments : data.series;
  const label = `${block.title}: ${data.type === "pie"
    ? data.segments.map((one) => `${one.label} ${one.value}`).join(", ")
    : data.series.map((one) => `${one.name}: ${one.data.map((point) => `${point.label} ${point.value}`).join(", ")}`).join("; ")}`;
  return h("figure", { class: "b-chart" }, h("figcaption", {}, h("b", {}, block.title)),
    h("svg:svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, draw(data)),
    h("div", { class: "legend" }, named.map((one, index) => h("span", {}, h("i", { class: `tone-${index % 6}` }), one.label ?? one.name))));
}

function pie({ segments }) {
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  const [x, y, r] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - TOP];
  let angle = -Math.PI / 2;
  const at = () => `${x + r * Math.cos(angle)} ${y + r * Math.sin(angle)}`;
  if (segments.length === 1) return [h("svg:circle", { cx: x, cy: y, r, class: "tone-0" })];
  return segments.map((one, index) => {
    const from = at();
    angle += (one.value / total) * 2 * Math.PI;
    return h("svg:path", { class: `tone-${index % 6}`, d: `M${x} ${y}L${from}A${r} ${r} 0 ${one.value / total > 0.5 ? 1 : 0} 1 ${at()}Z` });
  });
}

function axes({ type, series, axis_config: axis }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values) || 1];
  const y = (value) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const step = (WIDTH - LEFT) / axis.categories.length;
  const middle = (index) => LEFT + step * (index + 0.5);
  const marks = [low, (low + high) / 2, high].map((value) => [
    h("svg:line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: "grid" }),
    h("svg:text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, new Intl.NumberFormat("en", { notation: "compact" }).format(value))]);
  const below = axis.categories.map((name, index) => h("svg:text", { x: middle(index), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, name));
  const points = (one) => axis.categories.map((name, index) => [middle(index), y(one.data.find((point) => point.label === name)?.value ?? 0)]);
  const width = (step * 0.7) / series.length;
  const drawn = series.map((one, number) => {
    const tone = `tone-${number % 6}`;
    if (type === "bar") return points(one).map(([x, top]) => h("svg:rect", { class: tone, x: x - step * 0.35 + number * width, width,
      y: Math.min(top, y(0)), height: Math.abs(y(0) - top) }));
    const line = points(one).map((point) => point.join(" ")).join("L");
    if (type === "area") return h("svg:path", { class: `${tone} area`, d: `M${middle(0)} ${y(0)}L${line}L${middle(axis.categories.length - 1)} ${y(0)}Z` });
    return h("svg:path", { class: `${tone} line`, d: `M${line}` });
  });
  const names = [axis.x_label && h("svg:text", { x: LEFT + (WIDTH - LEFT) / 2, y: HEIGHT - 2, "text-anchor": "middle" }, axis.x_label),
    axis.y_label && h("svg:text", { x: 2, y: 12, class: "y" }, axis.y_label)];
  return [marks, drawn, below, names];
}
