// Draws a board. Each part is drawn anew only when what it shows has changed. Lengths are `rem`: one is ten
// pixels of the design screen, so that a board looks the same on every panel.

import { pages, extent } from "/static/board_pages.js";
import { bright, nobody } from "/static/board_showing.js";
import { counters_of, recent } from "/static/board_state.js";
import { COUNTER_WORDS, date, floor, foot, title, wait } from "/static/board_words.js";
import { draw, draw_in, h, icon } from "/static/dom.js";
import { clock } from "/static/time.js";
import { pair } from "/static/words.js";

const ZONE_ICONS = ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8"];
const CELL_GAP = 12;
const AREA = {
  landscape: { width: 1840, height: 592, side_height: 592, row: 84 },
  portrait: { width: 1000, height: 476, side_height: 572, row: 84 },
};
const MEDIA_HIGH = 360;
const MEDIA = "media";
/** A name of more letters is set smaller where the page stands beside it. */
const LONG_NAME = 30;
// Larger numbers leave no room for the lists beside the counters; then they take turns.
const BESIDE_PX = 100;
const FITS = [1, 0.9, 0.8];

/** How the board looks by the plan, and how its counters are arranged; both stay the same for a day. */
let look = { lang: "zh" };
let arranged = null;

/**
 * Show the board: `board` is its state (null before the first word), `hall` what the page brought, `showing` the bands,
 * `moment` `{now_ms, now_s, turn, silent, since_ms, problem, tall, media, digits}`.
 */
export function show(board, hall, showing, moment) {
  look = board?.look ?? look;
  const plan = board ? layout(board, moment.tall, moment.digits) : null;
  const page = plan && page_now(plan, showing, moment);
  const body = document.body.classList;
  body.toggle("silent", moment.silent);
  body.toggle("light", look.theme === "light");
  body.toggle("turns", Boolean(plan?.turns));
  body.toggle("lists", page?.shown === null);
  body.toggle("media", page?.shown === MEDIA);
  show_header(board, hall, page, moment);
  show_bands(board, hall, showing, moment);
  show_zones(board, page, moment);
  show_recent(board, hall, showing, plan, moment);
  show_media(moment);
  show_ticker(board, hall, moment);
}

/** The size of numbers, and what fits where; see `board_pages.js`. Found once: it is the same all day. */
function layout(board, tall, digits) {
  const wanted = JSON.stringify([Object.keys(board.counters), tall, digits]);
  if (arranged?.wanted === wanted) return arranged.plan;
  const counts = Object.keys(board.zones).map((zone) => [zone, counters_of(board, zone).length]).filter(([, count]) => count);
  const size = Math.max(60, digits);
  const label = Math.max(44, digits);
  const index = Math.max(68, 1.3 * label);
  const area = AREA[tall ? "portrait" : "landscape"];
  const turns = !tall && size > BESIDE_PX;
  const side = tall || turns ? 0 : Math.round(8.27 * size) + 36;
  const columns = Math.max(1, Math.floor((area.width - side + CELL_GAP) / (index + 2.45 * size + 20 + CELL_GAP)));
  const arrangement = pages(counts, { columns, height: area.height, head: 68, gap: 20, cell: size - 2 + CELL_GAP });
  const named = (part) => ({ ...part, counters: counters_of(board, part.zone).slice(part.first, part.first + part.count).map((cell) => cell.id) });
  const found = arrangement.map((page) => page.map((row) => row.map((stack) => stack.map(named))));
  const lengths = { digits: size, label, index, side: Math.max(0, side - 36) };
  for (const [name, px] of Object.entries(lengths)) document.documentElement.style.setProperty(`--${name}`, `${px / 10}rem`);
  // An upright board has no room for waits beside the numbers: its first page tells them of all zones.
  arranged = { wanted, plan: { pages: tall || turns ? [null, ...found] : found, area, size, turns } };
  return arranged.plan;
}

/** The page whose turn it is, as `{at, many, shown}`: rows of counters, null for the lists, or MEDIA while nobody is called. */
function page_now(plan, showing, { turn, media, silent }) {
  const media_too = plan.turns && media && !silent && !showing.bands.some(Boolean);
  const pages = media_too ? [...plan.pages, MEDIA] : plan.pages;
  const at = turn % pages.length;
  return { at, many: pages.length, shown: pages[at] };
}

function show_header(board, hall, turned, { now_ms }) {
  const page = turned?.many > 1 ? pair("第 {page} 页", { page: `${turned.at + 1}/${turned.many}` }) : null;
  const facts = { floor: board && title(board, hall), hall: [hall.name, hall.name_en], page, date: date(now_ms), clock: clock(now_ms), lang: look.lang };
  draw("header", facts, () => [
    facts.floor && h(`b.floor${first(facts.floor).length > 3 ? ".long" : ""}`, {}, first(facts.floor)),
    h(`div.hall${page && hall.name_en.length > LONG_NAME ? ".long" : ""}`, {}, both({ zh: hall.name, en: hall.name_en }).map(line)),
    page && h("div.page", {}, both(page).map(line)),
    h("div.date", {}, h("div", {}, facts.date.zh.map((part) => h("span", {}, part))), h("small", {}, facts.date.en.join(" "))),
    h("b.clock", {}, facts.clock),
  ]);
}

function show_bands(board, hall, showing, moment) {
  const { silent, since_ms, problem, now_s } = moment;
  delete document.body.dataset.bands;
  if (silent || !board) {
    const state = problem ?? (since_ms === null ? pair("本屏正在连接。") : pair("本屏停在 {since}，正在重新连接。", { since: clock(since_ms) }));
    return draw("bands", { silence: state, lang: look.lang }, () => notice("no-line", pair("叫号请听广播，看窗口上方"), state, ".warn"));
  }
  if (!showing.bands.some(Boolean)) {
    return draw("bands", { nobody: look.lang }, () => notice("speaker", pair("请留意您的号"), pair("叫到您时，号码和窗口显示在这里。"), ""));
  }
  document.body.dataset.bands = showing.bands.length;
  const bands = showing.bands.map((band) => band && { ...band.call, bright: bright(band, now_s), sign: board.zones[band.call.zone]?.sign, where: floor(board, hall, band.call.floor) });
  return draw("bands", { bands, lang: look.lang }, () => bands.map((band) => (band ? call(band) : h("div.call.free"))));
}

function call({ number, label, zone, sign, where, bright: filled }) {
  return h(`div.call${filled ? "" : ".dark"}`, { "data-number": number },
    plate(zone, sign), h("b.number", {}, number), icon("right"),
    h("b.label", {}, label), h("span.unit", {}, unit(where)));
}

/** What stands after the counter's number: what it is, in both languages, and on a board of several floors the floor. */
function unit(where) {
  const floor_too = where && both(where).join(" ");
  if (look.lang === "en") return [h("b.word", {}, "Counter"), h("small", {}, "号窗口"), floor_too && h("small", {}, floor_too)];
  return [h("b", {}, "号"), h("b", {}, "窗口"), h("small", {}, floor_too || "Counter")];
}

function notice(symbol, title, text, kind) {
  const [big, beside] = both(title);
  return h(`div.notice-band${kind}`, {}, icon(symbol),
    h("div", {}, h("p", {}, h("b", {}, big), h("small", {}, beside)), both(text).map((words, at) => h(at ? "small" : "span", {}, words))));
}

function show_zones(board, page, { silent }) {
  const rows = page?.shown === MEDIA ? [] : page?.shown;
  const lists = board && rows === null;
  const facts = { rows, lang: look.lang, lists: lists && board.zones };
  const node = draw("zones", facts, () => (lists ? waits(board) : rows?.map(zone_row)));
  if (lists) drop_cut(node);
  if (!rows) return;
  // Most news is about one counter: the others stay as they are.
  for (const head of node.querySelectorAll("header")) show_head(head, board.zones[head.dataset.zone], head.dataset);
  for (const cell of node.querySelectorAll(".cell")) show_counter(cell, board.counters[cell.dataset.counter], silent);
  drop_cut(node);
}

/** A second language stands whole or not at all. */
function drop_cut(node) {
  for (const beside of [...node.querySelectorAll(".beside")].filter((one) => one.scrollWidth > one.clientWidth)) beside.textContent = "";
}

function zone_row(row) {
  const total = row.reduce((sum, stack) => sum + stack[0].columns, 0);
  const node = h("div.zone-row", {}, row.map((stack) => {
    const column = h("div.stack", {}, stack.map((part) => section(part, total)));
    column.style.setProperty("--columns", stack[0].columns);
    return column;
  }));
  const { lines, heads } = extent(row);
  node.style.setProperty("--lines", lines);
  node.style.setProperty("--heads", heads);
  return node;
}

function section({ zone, counters, columns, lines }, total) {
  const node = h("section", {}, h("header", { "data-zone": zone, "data-wide": String(columns === total), "data-columns": String(columns) }),
    h("div.cells", {}, counters.map((id) => h("div.cell", { "data-counter": id }))));
  node.style.setProperty("--lines", lines);
  node.style.setProperty("--columns", columns);
  return node;
}

function show_head(node, zone, { wide, columns }) {
  draw_in(node, { zone, lang: look.lang }, () => {
    const [name, beside] = both({ zh: zone.name, en: zone.name_en });
    return [plate(zone.id, zone.sign), h("div.texts", {}, h("b.name", {}, name), h("small.beside", {}, Number(columns) > 2 && beside),
      h("span.waits", {}, people(zone, wide === "true"), h("span", {}, first(wait(zone.wait, wide === "true")))))];
  });
}

function show_counter(node, { label, number, called, state }, silent) {
  const kind = number ? (called && !silent ? "called" : "") : state === "open" ? "free" : "off";
  draw_in(node, { label, number, kind, state, lang: look.lang }, () => {
    node.className = `cell ${kind}`;
    return [h("b.index", {}, label), number ? h(`b.number${number.length > 4 ? ".long" : ""}`, {}, number)
      : h("span.word", {}, state === "paused" && icon("pause"), first(COUNTER_WORDS[state]))];
  });
}

/** How many wait; in English a symbol takes the place of the word where there is no room for it. */
function people({ waiting }, wide) {
  const words = first(pair("{count} 人", { count: waiting }));
  return h("b.people", {}, look.lang === "en" && !wide ? [icon("person"), String(waiting)] : words);
}

function waits(board) {
  const lines = Object.values(board.zones).map((zone) => {
    const [name, beside] = both({ zh: zone.name, en: zone.name_en });
    return h("li", {}, plate(zone.id, zone.sign), h("b.name", {}, name), h("small.beside", {}, beside),
      people(zone, false), h("span.wait", {}, first(wait(zone.wait, true))));
  });
  return h("div.list", {}, titles(pair("现在等候")), h("ul", {}, lines));
}

function show_recent(board, hall, showing, plan, { silent, tall, media }) {
  if (!board) return draw("recent", null, () => null);
  const height = plan.area.side_height - 64 - (media && !tall ? MEDIA_HIGH : 0);
  const most = Math.max(2, Math.floor(height / Math.max(plan.area.row, 1.2 * plan.size)));
  const calls = recent(board, silent ? nobody : showing, most);
  return draw("recent", { calls, silent, tall, most, lang: look.lang }, () => {
    const rows = calls.map(({ number, label, at, floor: level }) => h("li", {}, h("b.number", {}, number), icon("right"), counter_name(label), tall && h("span.where", {}, first(floor(board, hall, level) ?? { zh: "", en: "" })), tall && h("time", {}, clock(Date.parse(at)))));
    if (!rows.length) rows.push(h("li.none", {}, both(pair("今天还没有叫号")).map((words, at) => h(at ? "small" : "span", {}, words))));
    const free = Array.from({ length: most - rows.length }, () => h("li"));
    return [titles(pair("刚叫过的号")), h("ul", {}, [...rows, ...free])];
  });
}

function counter_name(label) {
  const number = h("b.label", {}, label);
  return look.lang === "en" ? [h("span.unit", {}, "Counter"), number] : [number, h("span.unit", {}, "号窗口")];
}

/** Pictures and slides; they have a place of their own and never lie over a call. */
function show_media({ media }) {
  const node = document.getElementById("media");
  node.hidden = !media;
  draw("media", { media, lang: look.lang }, () => media && (media.picture ? h("img", { src: media.picture, alt: "" }) : slide(media.slide)));
  const text = node.querySelector(".slide");
  if (text) fit(text);
}

function slide({ title, text }) {
  const [big, beside] = both(title);
  const [first_text, second_text] = both(text);
  return h("div.slide", {}, h("b", {}, big), beside && h("small", {}, beside), h("p", {}, first_text), second_text && h("small.second", {}, second_text));
}

/** A long slide is set smaller, and if that is not enough it does without its second language. */
function fit(node) {
  const too_long = () => node.scrollHeight > node.clientHeight;
  for (const size of FITS) {
    node.style.setProperty("--fit", size);
    if (!too_long()) return;
  }
  node.querySelector(".second")?.remove();
}

function show_ticker(board, hall, { turn }) {
  const said = board && foot(board, hall, turn);
  const node = draw("ticker", { said, lang: look.lang }, () => {
    if (!said) return null;
    const [big, beside] = both(said.line);
    const place = said.notice ? first(pair("通知")) : `${said.place}/${said.many}`;
    return [icon(said.notice ? "warning" : "info"), h("div.said", {}, h("b", {}, big), h("small", {}, beside)), h("small.place", {}, place)];
  });
  node.classList.toggle("notice-line", Boolean(said?.notice));
}

function plate(zone, sign = "") {
  return h(`span.plate.zone-${zone}`, {}, h("b", {}, sign), ZONE_ICONS.includes(zone) && icon(`zone-${zone}`));
}

function titles(words) {
  const [big, beside] = both(words);
  return h("h2", {}, h("b", {}, big), h("small", {}, beside));
}

/** Both languages, the board's own first. */
function both({ zh, en }) {
  return look.lang === "en" ? [en, zh] : [zh, en];
}

function first(words) {
  return both(words)[0];
}

function line(text, at) {
  return h(at ? "small" : "b", {}, text);
}
