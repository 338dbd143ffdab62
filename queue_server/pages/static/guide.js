// The guide's page: help calls, people to look after, and one ticket looked up, put back, moved or taken for somebody.

import { ask_for_target } from "/static/console_dialogs.js";
import { draw, h, icon } from "/static/dom.js";
import { followed } from "/static/followed.js";
import { ask_for_issue, confirm_with } from "/static/guide_dialogs.js";
import { attention, fold, oldest } from "/static/guide_state.js";
import { attention_list, help_list, ticket_panel, zone_list } from "/static/guide_view.js";
import { say, show_age, sign_in } from "/static/page_parts.js";
import { heed_slip, may_reprint, reprint } from "/static/reprint.js";
import { get, leave, post } from "/static/server.js";
import { clock, minutes_since, now_ms, stopwatch } from "/static/time.js";
import { named, t } from "/static/words.js";

const NUMBER = /^[A-Za-z]\d{3,4}$/;
const SLIP = /\/s\/([\w-]+)/;
const HURRY_S = [60, 120];

const input = document.querySelector("#search input");

let state = null;
let hall = null;
let found = null;
let story = null;
let running = null;
let next_search = null;

// --- state -------------------------------------------------------------------------------------------------

const { start } = followed({
  path: "/api/v1/guide",
  topic: {},
  fold,
  stale: (now) => now.outdated,
  changed: (now, event) => {
    state = now;
    heed_slip(event);
    if (found && event?.ticket?.id === found.ticket.id) look_again();
    render();
  },
});

// --- one ticket --------------------------------------------------------------------------------------------

/** Show what stands in the search field: a number, or the address in a slip's QR code; after what is being done now. */
async function search(text = input.value.trim()) {
  if (!text) return input.focus();
  if (running) return void (next_search = text);
  await during("search", async () => {
    const slip = SLIP.exec(text);
    const number = slip ? (await get(`/api/v1/status/${slip[1]}`)).number : text;
    if (!NUMBER.test(number)) return say("warn", t("票号是一个字母加三位数字，如 C012。"));
    await show(number);
  });
}

async function show(number) {
  found = await get(`/api/v1/tickets?number=${encodeURIComponent(number)}`);
  input.value = found.ticket.number;
  story = null;
  say(null);
  render();
  await tell();
}

async function look_again() {
  try {
    found = await get(`/api/v1/tickets?number=${encodeURIComponent(found.ticket.number)}`);
    await tell();
  } catch {
    // The line is down: the page says so at its top, and what is shown stays as old as it says.
  }
}

async function tell() {
  const { id } = found.ticket;
  const told = await get(`/api/v1/tickets/${id}/why`);
  if (found.ticket.id === id) story = told;
  render();
}

async function act(move) {
  const { ticket } = found;
  if (move === "reprint") return during(move, () => reprint(ticket));
  const path = `/api/v1/tickets/${ticket.id}/${move}`;
  if (move === "cancel" && !(await confirm_with(t("取消 {number}？", ticket), t("取消以后不能恢复，要办事得重新取号。"), t("取消票号")))) return;
  const body = move === "transfer" ? await ask_for_target({ counter: null, ticket }) : {};
  if (!body) return;
  await during(move, async () => {
    await post(path, body);
    await look_again();
    say("info", DONE[move](ticket));
  });
}

const DONE = {
  reinstate: (ticket) => t("{number} 已放回队列。", ticket),
  back: (ticket) => t("{number} 已登记回来，原窗口下一次叫号先叫。", ticket),
  transfer: (ticket) => t("{number} 已转办，票号和取号时间不变。", ticket),
  "carry-over": (ticket) => t("{number} 已改约到下个工作日最早的时段。", ticket),
  cancel: (ticket) => t("{number} 已取消。", ticket),
};

async function issue() {
  if (!hall) return;
  const wish = await ask_for_issue(hall);
  if (!wish) return;
  await during("issue", async () => {
    const { ticket } = await post("/api/v1/tickets", wish);
    await show(ticket.number);
    say("info", t("{number} 已取号，请告诉本人票号和地点。", ticket));
  });
}

function go(seq) {
  return during(`help-${seq}`, () => post(`/api/v1/help/${seq}/answer`));
}

/** Do one thing at a time, and say why when it fails. */
async function during(name, work) {
  if (running) return;
  running = name;
  render();
  try {
    await work();
  } catch (error) {
    if (error.status === 401) return sign_in();
    say("error", error.message);
  } finally {
    running = null;
    render();
    const text = next_search;
    next_search = null;
    if (text) search(text);
  }
}

// --- drawing -----------------------------------------------------------------------------------------------

function render() {
  if (!state) return;
  document.body.dataset.seq = state.seq;
  draw("helps", [state.help, running], () => help_list(state.help, running, go));
  look_after();
  draw("zones", [state.zones, state.waiting.map((one) => one.id)], () => zone_list(state.zones, (zone) => oldest(state, zone)));
  draw("ticket", [found, story, running, hall === null], () => ticket_panel(offered(), story, place(), running, act));
  tick();
}

function look_after() {
  const people = attention(state, now_ms());
  draw("attention", people.map((one) => [one.ticket.id, one.why]), () => attention_list(people, (number) => during("search", () => show(number))));
}

/** What may be done; a waiting number can also be moved to the next working day, and an open one be printed again. */
function offered() {
  if (!found || !may_reprint(found.ticket)) return found;
  const can = found.ticket.state === "waiting" ? ["transfer", "carry-over", "cancel"] : found.can;
  return { ...found, can: [...can.filter((move) => move !== "cancel"), "reprint", ...can.filter((move) => move === "cancel")] };
}

function place() {
  const zone = hall?.zones.find((one) => one.id === found?.ticket.zone);
  return zone ? [h(`span.sign.zone-${zone.id}`, {}, zone.sign, icon(`zone-${zone.id}`)), named(zone)] : null;
}

function tick() {
  const now = now_ms();
  document.getElementById("clock").textContent = clock(now);
  show_age();
  if (!state) return;
  look_after();
  for (const node of document.querySelectorAll("[data-minutes]")) node.textContent = t("{n} 分", { n: minutes_since(node.dataset.minutes, now) });
  for (const node of document.querySelectorAll("[data-hurry]")) hurry(node, now);
}

function hurry(node, now) {
  const seconds = (now - Date.parse(node.dataset.hurry)) / 1000;
  const look = seconds < HURRY_S[0] ? "ok" : seconds < HURRY_S[1] ? "warn" : "error";
  node.className = `chip ${look}`;
  node.replaceChildren(icon("clock"), stopwatch(node.dataset.hurry, now));
}

// --- keys --------------------------------------------------------------------------------------------------

document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
document.getElementById("issue").addEventListener("click", issue);
document.getElementById("leave").addEventListener("click", () => leave().catch((error) => say("error", error.message)));

addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "F2") {
    event.preventDefault();
    issue();
  } else if (document.activeElement !== input && (event.key === "/" || /^[A-Za-z0-9]$/.test(event.key))) {
    // A scanner types wherever the focus is: what it types belongs into the search field.
    input.value = "";
    input.focus();
    if (event.key === "/") event.preventDefault();
  }
});
input.addEventListener("focus", () => input.select());

setInterval(tick, 1000);
tick();
start().then(() => {
  const asked = new URLSearchParams(location.search).get("number");
  if (!asked) return;
  input.value = asked;
  search();
});
get("/api/v1/hall").then((answer) => {
  hall = answer;
  render();
}, (error) => say("error", error.message));
