// A citizen's phone: how many are ahead, and where to go. Asks the server every few seconds; an answer that did not
// change costs a few bytes (ETag). A hidden page asks rarely, and a bad line is asked less and less often. While the
// page is looked at, a stream of this one visit tells of a call at once.

import { h, icon } from "/static/dom.js";
import { clock, now_ms, set_server_time } from "/static/time.js";
import { lang, named, t } from "/static/words.js";

const ASK_MS = 4000;
const HIDDEN_MS = 30000;
const SLOWEST_MS = 30000;
const OLD_AFTER_S = 20;
const OVER = ["completed", "cancelled", "abandoned", "expired"];
const CALLS = ["ticket.called", "ticket.recalled"];
const MOVES = [...CALLS, ...["started", "missed", "parked", "returned", "resumed", "transferred", "requeued", "reinstated", "completed", "abandoned", "cancelled", "expired"].map((move) => `ticket.${move}`)];
const ICONS = ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8"];

const { token, desk } = document.body.dataset;
const slip_code = location.hash.slice(1);
let visit = null;
let tag = null;
let heard_ms = null;
let fails = 0;
let gone = null;
let timer = null;
let carried = null;
let stream = null;

async function ask() {
  clearTimeout(timer);
  try {
    const headers = { Accept: "application/json", "Accept-Language": lang };
    if (tag) headers["If-None-Match"] = tag;
    const answer = await fetch(`/api/v1/status/${encodeURIComponent(token)}`, { headers, cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (answer.status === 200) take(await answer.json(), answer.headers.get("ETag"));
    else if (answer.status === 404) gone = (await answer.json()).title;
    else if (answer.status !== 304) throw new Error(answer.status);
    heard_ms = performance.now();
    fails = 0;
  } catch {
    fails += 1;
  }
  render();
  look_for_place();
  if (gone || (visit && OVER.includes(visit.state))) {
    stream?.close();
    return;
  }
  timer = setTimeout(ask, document.hidden ? HIDDEN_MS : Math.min(ASK_MS * 2 ** Math.max(0, fails - 1), SLOWEST_MS));
}

/** A browser that was away is told everything anew when it asks; the stream only says when to ask. */
function listen() {
  stream?.close();
  stream = null;
  if (document.hidden || gone || (visit && OVER.includes(visit.state))) return;
  stream = new EventSource(`/api/v1/stream?status=${encodeURIComponent(token)}`);
  for (const kind of MOVES) stream.addEventListener(kind, () => {
    if (CALLS.includes(kind)) navigator.vibrate?.([400, 200, 400]);
    ask();
  });
}

function take(answer, new_tag) {
  visit = answer;
  tag = new_tag;
  set_server_time(answer.at);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask();
  listen();
});
addEventListener("online", ask);

function render() {
  const main = document.getElementById("visit");
  const shows = JSON.stringify([visit, gone, carried, fails > 2 && !visit]);
  age();
  if (main.dataset.shows === shows) return;
  main.dataset.shows = shows;
  const state = gone ? "gone" : visit?.state;
  document.body.className = state === "called" ? "called" : "";
  if (gone) main.replaceChildren(...ended("warning", "warn", t("没有这个号"), [gone]));
  else if (visit) main.replaceChildren(...(VIEWS[state] ?? waiting)());
  else if (fails > 2) main.replaceChildren(...ended("warning", "warn", t("连不上大厅"), [t("您的号还在，请看大厅的显示屏，或稍后再试。")]));
  if (visit && slip_code && !gone) main.append(h("a.btn", { href: `/verify?lang=${lang}#${slip_code}` }, icon("check"), t("核对小票")));
  if (visit) document.title = title();
}

function title() {
  const { state, number, ahead, counter_label: label } = visit;
  if (state === "called") return t("{number} 请到 {label} 号窗口", { number, label });
  return state === "waiting" && ahead !== null ? t("{number} 前面 {n} 人", { number, n: ahead }) : number;
}

const VIEWS = {
  called,
  serving: () => [ticket(), h("section.card.end", {}, h("h1", {}, icon("pencil"), t("正在办理")), h("p", {}, window_text()))],
  missed: () => [
    ...ended("warning", "warn", t("{number} 叫过了，没等到您", { number: visit.number }),
      [t("{time} 在 {label} 号窗口叫过您。", { time: at(visit.called_at), label: visit.counter_label ?? "" })]),
    todo(t("还要办，请按“恢复排队”，或到{desk}说一声。", { desk }), ["reinstate", t("恢复排队")]),
  ],
  parked: () => (visit.back_at ? parked_back() : [
    ticket(),
    todo(t("填好表、交完费，请回原来的窗口旁边，按一下“我回来了”。也可以到{desk}说一声。", { desk }), ["back", t("我回来了")]),
  ]),
  completed: () => [
    ...ended("check", "", t("{number} 已办完", { number: visit.number }), [named(visit.matter), window_text()]),
    todo(t("请带齐证件和窗口给您的单据。有问题请到{desk}。", { desk })),
  ],
  cancelled: () => (carried ? booked(carried) : over(t("{number} 已作废", { number: visit.number }))),
  abandoned: () => over(t("{number} 已作废", { number: visit.number })),
  expired: () => over(t("{number} 已过期", { number: visit.number })),
};

function waiting() {
  const offer = visit.late && todo(t("今天下班前大概轮不到您。可以接着等，也可以改约下个工作日最早的时段。"), ["carry-over", t("改约下个工作日")]);
  return [ticket(), figures(), offer || null, visit.materials.length ? materials() : null].filter(Boolean);
}

function ticket() {
  return h("section.card.ticket", {},
    h("div.face", {}, h("div.muted", {}, t("您的票号")), h("div.number", {}, visit.number), h("div.matter", {}, named(visit.matter))),
    place(visit.state === "waiting" ? t("去 {place} 坐下等", { place: area() }) : area(), zone_name()));
}

function called() {
  return [
    h("div.turn", {}, icon("speaker"), h("h1", {}, t("轮到您了，请现在过去"))),
    h("p.second", {}, lang === "en" ? "轮到您了，请现在过去" : "It is your turn. Please go now."),
    h("section.card.ticket", {},
      h("div.face", {}, h("div.number", {}, visit.number), icon("down"), counter_name()),
      place([area(), zone_name()].join(lang === "en" ? " · " : " "), t("请看窗口上方的号码"))),
    h("section.card", {}, h("b", {}, t("{time} 叫到您", { time: at(visit.called_at) })),
      h("p.muted", {}, t("没赶上也别急，请到{desk}说一声。", { desk }))),
    visit.materials.length ? materials() : null,
  ].filter(Boolean);
}

function counter_name() {
  const label = h("b", {}, visit.counter_label ?? "");
  return lang === "en" ? h("div.counter", {}, h("span", {}, "Counter "), label) : h("div.counter", {}, label, h("span", {}, "号窗口"));
}

function place(bold, hint) {
  const sign = h(`span.sign.zone-${visit.zone}`, {}, visit.sign, ICONS.includes(visit.zone) ? icon(`zone-${visit.zone}`) : null);
  return h("div.place", {}, sign, h("div", {}, h("b", {}, bold), h("p.muted", {}, hint)));
}

function figures() {
  const { ahead, wait, at: seen, issued_at: issued } = visit;
  const many = ahead !== null && ahead >= 200 ? "+" : "";
  const now = wait !== null && wait.high_s === 0;
  const figure = !wait ? h("b.words", {}, t("还说不准"))
    : now ? h("b.words", {}, t("现在不用等")) : h("b", {}, `${wait.low_s / 60}–${wait.high_s / 60}`, h("small", {}, ` ${t("分钟")}`));
  const waited_s = (Date.parse(seen) - Date.parse(issued)) / 1000;
  const bar = h("progress", { "aria-label": t("等候进度") });
  bar.max = 1;
  bar.value = wait ? waited_s / Math.max(1, waited_s + wait.likely_s) : 0;
  return h("section.card", {},
    h("div.figures", {},
      h("div", {}, h("span.muted", {}, t("前面有")), h("b", {}, `${ahead ?? "–"}${many}`, h("small", {}, ` ${t("人")}`))),
      h("div", {}, h("span.muted", {}, t("大约还要")), figure)),
    bar,
    h("p.muted", {}, !wait ? t("窗口还没有开，开了就会显示。") : now ? t("请留意大屏和广播。") : estimate(wait, Date.parse(seen))));
}

function estimate({ low_s, high_s }, seen_ms) {
  return t("{now} 时估计：{from}–{to} 叫到您", {
    now: clock(seen_ms), from: clock(seen_ms + low_s * 1000), to: clock(seen_ms + high_s * 1000),
  });
}

function materials() {
  const all = visit.materials;
  return h("details.card", {},
    h("summary", {}, icon("paper"), t("带好 {n} 样材料", { n: all.length }), icon("right")),
    h("ul", {}, all.map((name) => h("li", {}, name))));
}

function ended(symbol, kind, head, lines) {
  return [h(`section.card.end${kind ? `.${kind}` : ""}`, {}, h("h1", {}, icon(symbol), head), lines.filter(Boolean).map((line) => h("p", {}, line)))];
}

/** A place on the next working day: its code is all that is needed then. */
function booked({ code, day, starts_at, ends_at }) {
  return [
    ...ended("check", "", t("已改约到 {day} {from}–{to}", { day, from: at(starts_at), to: at(ends_at) }), [t("预约码"), h("b.code", {}, code), named(visit.matter)]),
    todo(t("到时在取号机按“签到”，输入这个预约码。请记下来或截屏。")),
  ];
}

/** A cancelled number may have become a place on the next working day. */
async function look_for_place() {
  if (visit?.state !== "cancelled" || carried !== null) return;
  carried = false;
  const answer = await fetch(`/api/v1/status/${encodeURIComponent(token)}/carried-over`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  carried = (await answer.json()).appointment;
  render();
}

function over(head) {
  return [...ended("warning", "warn", head, [named(visit.matter)]), todo(t("还要办的话，请重新取号。有问题请到{desk}。", { desk }))];
}

function parked_back() {
  return [ticket(), h("section.card.end", {}, h("h1", {}, icon("check"), t("知道您回来了")),
    h("p", {}, t("窗口办完手上的就叫您，请在窗口旁边等。")), h("p", {}, window_text()))];
}

/** What to do next; `button` is [what the server is asked, its label]. */
function todo(text, button) {
  return h("section.card.next", {}, h("h2", {}, t("接下来")), h("p", {}, text),
    button && h("button.btn.primary", { type: "button", onclick: (event) => say(event.target, ...button) }, button[1]));
}

/** Tell the hall something about one's own ticket; a refusal stands in the button's place. */
async function say(button, what, label) {
  button.setAttribute("aria-busy", "true");
  button.replaceChildren(h("i.ring"), label);
  try {
    const answer = await fetch(`/api/v1/status/${encodeURIComponent(token)}/${what}`, {
      method: "POST", headers: { Accept: "application/json", "Accept-Language": lang }, signal: AbortSignal.timeout(8000),
    });
    const told = await answer.json();
    if (answer.ok && told.appointment) {
      carried = told.appointment;
      ask();
    } else if (answer.ok) {
      take(told, null);
      render();
    } else button.replaceWith(h("p", { role: "alert" }, told.title));
  } catch {
    button.removeAttribute("aria-busy");
    button.replaceChildren(t("没连上，请再按一次"));
  }
}

function area() {
  const { floor, sign } = visit;
  return floor === null ? t("{sign}区", { sign }) : t("{floor}楼 {sign}区", { floor, sign });
}

function zone_name() {
  return lang === "en" ? visit.zone_name_en : visit.zone_name;
}

function window_text() {
  return visit.counter_label ? t("{label}号窗口", { label: visit.counter_label }) : "";
}

function at(time) {
  return time ? clock(Date.parse(time)) : "";
}

function age() {
  const node = document.getElementById("age");
  const seconds = heard_ms === null ? null : Math.floor((performance.now() - heard_ms) / 1000);
  const old = seconds !== null && seconds >= OLD_AFTER_S;
  node.classList.toggle("old", old || fails > 1);
  if (seconds === null) node.textContent = fails ? t("正在重连…") : "";
  else if (visit && OVER.includes(visit.state)) node.textContent = clock(now_ms());
  else if (seconds < 2) node.textContent = t("刚刚更新");
  else node.textContent = seconds < 60 ? t("{n} 秒前更新", { n: seconds }) : t("{n} 分钟前更新", { n: Math.floor(seconds / 60) });
}

document.querySelector("a.lang").hash = slip_code;
setInterval(age, 1000);
ask();
listen();
