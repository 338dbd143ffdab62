// Building nodes without a framework. Text is always set as text, never parsed as HTML.

/** Make an element: `h("div.chip.warn", {title: "…"}, "text", node, null)`; on… properties are listeners. */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && typeof value !== "string") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// A page that must be drawn while the server is away brings the symbols along.
const symbols = document.getElementById("symbols") ? "" : "/static/icons.svg";

/** A symbol of the project's own set (`icons.svg`). */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "ic");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${symbols}#${name}`);
  svg.append(use);
  return svg;
}

/** Build a part of the page anew, but only if what it shows (`facts`) changed: focus and scrolling stay. */
export function draw(id, facts, build) {
  return draw_in(document.getElementById(id), facts, build);
}

/** The same for a node that has no id. */
export function draw_in(node, facts, build) {
  const seen = JSON.stringify(facts);
  if (node.dataset.shows === seen) return node;
  node.dataset.shows = seen;
  node.replaceChildren(...[build()].flat().filter(Boolean));
  return node;
}
