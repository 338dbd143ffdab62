// The clerk's console: reads the state of one counter, follows its events, draws, and turns keys into moves.

import { fold, lacks_rows, moves } from "/static/console_state.js";
import { ask_for_number, ask_for_target } from "/static/console_dialogs.js";
import { checklist, expected, hand, helps, missed_list, parked_list, waiting_list } from "/static/console_view.js";
import { draw, h, icon } from "/static/dom.js";
import { followed } from "/static/followed.js";
import { is_broken, say, show_age, sign_in } from "/static/page_parts.js";
import { heed_slip, reprint } from "/static/reprint.js";
import { Away, get, leave, post } from "/static/server.js";
import { clock, minutes_since, now_ms, stopwatch } from "/static/time.js";
import { lang, t } from "/static/words.js";

const SHOWN_ROWS = 10;
const EVENT_COMES_MS = 700;

const counter = document.body.dataset.counter;
const base = `/api/v1/counters/${encodeURIComponent(counter)}`;

const KEYS = {
  F1: { move: "call-next", label: t("叫下一位"), busy: t("正在叫号…"), icon: null },
  F2: { move: "recall", label: t("重呼"), busy: t("正在重呼…"), icon: "speaker" },
  F3: { move: "serve", label: t("开始办理"), busy: t("正在开始…"), icon: "pencil" },
  F4: { move: "finish", label: t("办完"), busy: t("正在办完…"), icon: "check" },
  F6: { move: "no-show", label: t("过号"), busy: t("正在过号…"), icon: "cross" },
  F7: { move: "park", label: t("挂起"), busy: t("正在挂起…"), icon: "pause" },
  F8: { move: "transfer", label: t("转办"), busy: t("正在转办…"), icon: "transfer" },
};

let state = null;
const matters = new Map();
let checked = { ticket: null, keys: new Set() };
let running = null;

// --- state -------------------------------------------------------------------------------------------------

const { read, take, start } = followed({
  path: base,
  topic: { counter },
  fold,
  stale: (now) => now.outdated || lacks_rows(now, SHOWN_ROWS),
  changed: (now, event) => {
    state = now;
    heed_slip(event);
    if (state.outdated) matters.clear();
    render();
  },
});

// --- moves -------------------------------------------------------------------------------------------------

async function make(move, why, body) {
  if (running) return;
  if (why) return say("warn", reason(why));
  running = move;
  render();
  try {
    const answer = await post(`${base}/${move}`, body);
    say(null);
    if (move === "call-next" && !answer) say("info", t("现在没有人等候。"));
    if (answer?.seq) take(answer);
    else await told(answer?.ticket);
  } catch (error) {
    refused(error);
  } finally {
    running = null;
    render();
  }
}

/** Show why a move failed; a counter that a colleague holds can be taken over, knowingly. */
function refused(error) {
  if (error.status === 401) return sign_in();
  const take_over = () => make("open", null, { take_over: true });
  if (error.code === "counter_taken") say("warn", error.message, h("button.btn", { type: "button", onclick: take_over }, t("接替")));
  else say("error", error.message);
  if (!(error instanceof Away)) read();
}

/** The event of a move normally comes before its answer; if the stream is down, read instead. */
async function told(ticket) {
  const until = performance.now() + EVENT_COMES_MS;
  while (ticket && !knows(ticket) && performance.now() < until) await new Promise((done) => setTimeout(done, 25));
  if (!ticket || !knows(ticket)) await read();
}

function knows({ id, state: wanted, calls }) {
  const { ticket } = state;
  if (wanted === "called" || wanted === "serving") return ticket?.id === id && ticket.state === wanted && ticket.calls === calls;
  return ticket?.id !== id;
}

function answer_help(seq) {
  return act(`help-${seq}`, () => post(`/api/v1/help/${seq}/answer`));
}

/** Put a missed ticket back into its queue. */
function reinstate(ticket) {
  return act(`back-${ticket}`, () => post(`/api/v1/tickets/${ticket}/reinstate`));
}

/** Have another slip of a ticket printed. */
function print_again(ticket) {
  return act(`slip-${ticket.id}`, () => reprint(ticket));
}

/** Change something that is not a move at this counter; its event tells the page what became of it. */
async function act(name, change) {
  if (running) return;
  running = name;
  render();
  say(null);
  try {
    await change();
  } catch (error) {
    refused(error);
  } finally {
    running = null;
    render();
  }
}

/** Why a greyed move is not allowed now, and what to do instead. */
function reason({ word, number }) {
  return {
    closed: t("窗口还没有开，请先开窗。"),
    open: t("窗口已经开了。"),
    paused: t("窗口已暂停，请先恢复服务（F9）。"),
    empty: t("现在没有人等候。"),
    nobody: t("手上没有票，请先叫下一位。"),
    called: t("先开始办理 {number}，或记为过号。", { number }),
    finish_first: t("先办完 {number}。", { number }),
    serving: t("{number} 已经在办理。", { number }),
    not_started: t("{number} 还没开始办理。", { number }),
    at_hand: t("{number} 还在窗口，先办完或记为过号。", { number }),
    called_out: t("{number} 已叫满次数，请记为过号。", { number }),
    call_more: t("{number} 还没叫满次数，请再重呼。", { number }),
  }[word];
}

// --- drawing -----------------------------------------------------------------------------------------------

function render() {
  if (!state) return;
  const { ticket, waiting } = state;
  if (checked.ticket !== (ticket?.id ?? null)) checked = { ticket: ticket?.id ?? null, keys: new Set() };
  document.body.dataset.seq = state.seq;
  head();
  draw("helps", [state.help, running], () => helps(state.help, running, answer_help));
  const printing = running === `slip-${ticket?.id}`;
  draw("hand", [ticket, state.state, state.last, state.mean_service_s, matter_of(ticket), state.waiting_count > 0, printing], () =>
    hand(state, matter_of(ticket), printing, print_again));
  const next = waiting[0];
  draw("list", [ticket?.id, next, state.state, matter_of(ticket ?? next), [...checked.keys]], () =>
    ticket ? checklist(matter_of(ticket), checked.keys, tick_material) : expected(next, matter_of(next), state));
  // Also while a move without a key of its own is on its way, as a chosen number: until then no key does anything.
  document.getElementById("keys").setAttribute("aria-busy", String(Boolean(running)));
  draw("keys", [moves(state), running, next?.number, state.waiting_count], keys);
  const rows = waiting.slice(0, SHOWN_ROWS);
  draw("waiting", [rows, state.waiting_count, running], () => waiting_list(rows, state.waiting_count, running, { choose_number, print_again }));
  const idle = !ticket && state.state === "open";
  const recall = idle ? (number) => make("call", null, { number }) : null;
  draw("missed", [state.missed, running, idle], () => missed_list(state.missed, running, reinstate, recall));
  draw("parked", [state.parked, running, idle], () => parked_list(state.parked, running, idle ? resume : null));
  for (const id of ["missed", "parked"]) document.getElementById(id).hidden = state[id].length === 0;
  draw("switches", [moves(state), state.state, running], switches);
  tick();
}

function head() {
  document.getElementById("clerk").textContent = state.clerk || "";
  document.getElementById("done").textContent = t("今天已办 {n}", { n: state.served_today });
  document.getElementById("mean").textContent = t("平均 {n} 分", { n: Math.round(state.mean_service_s / 60) });
}

function resume(number) {
  make("resume-ticket", null, { number });
}

async function choose_number() {
  const wish = await ask_for_number(state.waiting);
  if (wish) make("call", null, wish);
}

async function choose_target() {
  const target = await ask_for_target(state);
  if (target) make("transfer", null, target);
}

function tick_material(key, on) {
  if (on) checked.keys.add(key);
  else checked.keys.delete(key);
  render();
}

/** The matter of a ticket or row with its checklist; read once, and drawn when it comes. */
function matter_of(thing) {
  if (!thing) return null;
  const { id } = thing.matter;
  if (!matters.has(id)) {
    matters.set(id, null);
    get(`/api/v1/matters/${encodeURIComponent(id)}`).then(
      (matter) => {
        matters.set(id, matter);
        render();
      },
      () => setTimeout(() => matters.delete(id), 2000),
    );
  }
  return matters.get(id);
}

function keys() {
  const allowed = moves(state);
  // While the line is broken the page may be wrong about what is allowed: then the server decides.
  return Object.entries(KEYS).map(([key, { move, label, busy, icon: symbol }]) => {
    const why = allowed[move];
    const now_busy = running === move;
    const face = [now_busy ? h("i.ring") : symbol && icon(symbol), now_busy ? busy : label, h("kbd", {}, key)];
    const first = move === "call-next";
    const primary = !why && (first || (state.ticket?.state === "serving" ? move === "finish" : move === "serve"));
    return h(
      `button.btn${first ? ".first" : ""}${primary ? ".primary" : ""}`,
      { type: "button", "data-move": move, "aria-disabled": String(Boolean(why)), "aria-busy": String(now_busy),
        title: why ? reason(why) : null, onclick: () => press(move) },
      first ? [h("span", {}, face), h("small", {}, why ? reason(why) : next_line())] : face,
    );
  });
}

function next_line() {
  const number = state.waiting[0]?.number ?? "";
  return t("{number}，共 {n} 人等候", { number, n: state.waiting_count });
}

function switches() {
  const allowed = moves(state);
  const paused = state.state === "paused";
  const closed = state.state === "closed";
  const one = (move, symbol, label, key, primary) => {
    const why = allowed[move === "resume" ? "pause" : move];
    return h(
      `button.btn${primary ? ".primary" : ""}`,
      { type: "button", "data-move": move, "aria-disabled": String(Boolean(why)), "aria-busy": String(running === move),
        title: why ? reason(why) : null, onclick: () => press(move) },
      running === move ? h("i.ring") : icon(symbol), label, key && h("kbd", {}, key),
    );
  };
  return [
    paused ? one("resume", "play", t("恢复服务"), "F9", true) : one("pause", "pause", t("暂停服务"), "F9", false),
    closed ? one("open", "door", t("开窗"), null, true) : one("close", "leave", t("关窗"), null, false),
  ];
}

function press(move) {
  if (!state) return;
  const why = moves(state)[move === "resume" ? "pause" : move];
  const server_decides = is_broken() && !state.ticket && why?.word === "empty";
  if (move === "transfer" && !why) return choose_target();
  make(move, server_decides ? null : why);
}

addEventListener("keydown", (event) => {
  const move = event.key === "F9" ? (state?.state === "paused" ? "resume" : "pause") : KEYS[event.key]?.move;
  if (document.querySelector("dialog[open]")) return;
  if (!move || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!event.repeat) press(move);
});

// --- time --------------------------------------------------------------------------------------------------

function tick() {
  const now = now_ms();
  document.getElementById("clock").textContent = clock(now);
  for (const node of document.querySelectorAll("[data-minutes]")) {
    node.textContent = t("{n} 分", { n: minutes_since(node.dataset.minutes, now) });
  }
  for (const node of document.querySelectorAll("[data-watch]")) {
    node.textContent = (node.dataset.before ?? "") + stopwatch(node.dataset.watch, now);
  }
  show_age();
}

setInterval(tick, 1000);
document.getElementById("leave").addEventListener("click", () => leave().catch((error) => say("error", error.message)));

tick();
start();
