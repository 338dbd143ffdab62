// The demo page: refreshes the pictures of kiosk and board, the slips of the virtual printer and the virtual counters.

import { h } from "/static/dom.js";
import { clock } from "/static/time.js";
import { lang, t } from "/static/words.js";

const EACH_MS = 2000;

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch("/demo/state", { cache: "no-store", headers: { "Accept-Language": lang } });
      if (answer.ok) show(await answer.json());
    } catch {
      // The server is away: what stands here stays, the next round tries again.
    }
  }
  setTimeout(refresh, EACH_MS);
}

function show({ pictures, slips, printer, code, readers, counters }) {
  document.getElementById("readers").hidden = !readers;
  for (const [name, version] of Object.entries(pictures)) picture(name, version);
  roll(slips);
  faults(printer);
  bus(counters);
  const place = document.getElementById("status-code");
  if (code && place.dataset.url !== code.url) {
    place.dataset.url = code.url;
    place.replaceChildren(
      h("img", { src: `/demo/code/${slips[0].file}.svg`, alt: code.url }),
      h("figcaption", {}, h("a", { href: code.path }, t("最新的号 {number}", { number: code.number }))));
  }
}

function picture(name, version) {
  const image = document.querySelector(`[data-picture=${name}]`);
  const there = version !== null;
  image.hidden = !there;
  document.querySelector(`[data-none=${name}]`).hidden = there;
  if (!there) return;
  document.querySelector(`[data-age=${name}]`).textContent = t("{time} 的画面", { time: clock(version) });
  if (image.dataset.version === String(version)) return;
  image.dataset.version = version;
  image.src = `/demo/pictures/${name}.png?v=${version}`;
}

function roll(slips) {
  const node = document.getElementById("slips");
  const shows = slips.map((slip) => slip.file).join();
  if (!slips.length || node.dataset.shows === shows) return;
  node.dataset.shows = shows;
  document.getElementById("slip-count").textContent = t("最新的在前");
  node.replaceChildren(...slips.map((slip) =>
    h("figure", { "data-number": slip.number },
      h("img", { src: `/demo/slips/${slip.file}.png`, alt: slip.text, loading: "lazy" }),
      h("figcaption", {}, h("b", {}, slip.number), ` ${clock(Date.parse(slip.at))}`))));
}

function faults(printer) {
  document.getElementById("faults").hidden = printer === null;
  for (const button of document.querySelectorAll("[data-fault]")) {
    button.setAttribute("aria-pressed", String(Boolean(printer?.includes(button.dataset.fault))));
  }
}

/** The counters of the virtual bus: one article each, made once, then only changed. */
function bus(counters) {
  const panel = document.getElementById("counters");
  panel.hidden = !counters.length;
  const row = panel.querySelector(".row");
  for (const { counter, label, strip, pad, evaluator } of counters) {
    const node = row.querySelector(`[data-counter="${counter}"]`) || article(panel, row, counter);
    const lines = (strip?.text || "").split("\n").map((line) => line.trim());
    node.querySelector(".strip").replaceChildren(...lines.map((line) => h("p", {}, line || "\u00a0")));
    node.querySelector(".strip").classList.toggle("blinks", Boolean(strip?.blinks));
    node.querySelector(".strip").setAttribute("aria-label", t("{label}号窗口条屏", { label }));
    const facts = { waiting: pad?.waiting ?? "–", ticket: pad?.ticket ?? "–", beeps: pad?.beeps ?? 0 };
    node.querySelector(".digits").textContent = t("等候 {waiting} · 票号 {ticket} · 响 {beeps} 声", facts);
    node.querySelector(".rating").classList.toggle("asking", Boolean(evaluator?.asking));
    node.querySelector(".rating span").textContent = evaluator?.asking ? t("请评价") : t("评价器");
  }
}

function article(panel, row, counter) {
  const node = panel.querySelector("template").content.firstElementChild.cloneNode(true);
  node.dataset.counter = counter;
  node.addEventListener("click", async ({ target }) => {
    const { key, score } = target.dataset;
    if (!key && !score) return;
    await tell("/demo/keys", key ? { counter, key } : { counter, score: Number(score) });
  });
  row.append(node);
  return node;
}

function tell(path, body) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

for (const button of document.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", async () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    await tell("/demo/faults", { fault: button.dataset.fault, on });
  });
}

for (const button of document.querySelectorAll("[data-use]")) {
  button.addEventListener("click", () => tell("/demo/readers", { reader: button.dataset.reader, use: button.dataset.use }));
}

document.getElementById("scan").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = document.getElementById("code");
  await tell("/demo/readers", { reader: "code_scanner", use: `scan ${code.value}` });
  code.value = "";
});

refresh();
