// The page of whoever runs the hall. The board of the whole hall comes folded by the server; devices, calls for help
// and what just happened come as events. Nothing is read again because something changed.

import { helps } from "/static/console_view.js";
import { draw, h } from "/static/dom.js";
import { follow } from "/static/live.js";
import { heard, lost, say, show_age, sign_in } from "/static/page_parts.js";
import { get, leave, post, remove } from "/static/server.js";
import { device_list, happening, notice_list, sums, worst_first, zone_table } from "/static/supervisor_view.js";
import { clock, minutes_since, now_ms, set_server_time } from "/static/time.js";
import { lang, t } from "/static/words.js";

const BACK_ROWS = 400;
const SHOWN_HAPPENINGS = 10;

let board = null;
let place = null;
let devices = new Map();
let open_helps = new Map();
let happened = [];
let running = null;

// --- what comes in -----------------------------------------------------------------------------------------

/** Read where the journal stands, all devices and all open calls for help; what happens later comes as events. */
async function read() {
  for (;;) {
    try {
      const [now, known, asked] = await Promise.all([get("/api/v1/boards/hall"), get("/api/v1/devices"), get("/api/v1/help")]);
      devices = new Map(known.devices.map((device) => [device.device, device]));
      open_helps = new Map(asked.help.map((one) => [one.seq, one]));
      happened = [];
      // A little of the past comes again, to show what just happened. Each device event is whole, so it may.
      place = { seq: Math.max(0, now.seq - BACK_ROWS), epoch: now.epoch };
      take_board(now);
      return;
    } catch (error) {
      if (error.status === 401) return sign_in();
      if (error.status && error.status < 500) return say("error", error.message);
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
}

function take_board(whole) {
  set_server_time(whole.at);
  board = whole;
  render();
}

/** The board as the server folds it: whole at first, then what changed. */
function on_board(told) {
  if (told.kind === "board.state") return take_board({ ...told.board, at: told.at });
  set_server_time(told.at);
  const notices = told.notices ?? board.notices;
  board = { ...board, zones: { ...board.zones, ...told.zones }, counters: { ...board.counters, ...told.counters }, notices };
  render();
}

function on_event(event) {
  place.seq = event.seq;
  const { kind, data = {} } = event;
  if (kind === "device.health_changed") devices.set(data.device, data);
  else if (kind === "device.forgotten") devices.delete(data.device);
  else if (kind === "device.help_asked") open_helps.set(event.seq, { seq: event.seq, at: event.at, ...data });
  else if (kind === "device.help_answered") open_helps.delete(data.asked);
  else if (kind === "day.opened") open_helps.clear();
  if (happening(event, board)) happened = [event, ...happened].slice(0, SHOWN_HAPPENINGS);
  render();
}

// --- what the supervisor does ------------------------------------------------------------------------------

async function act(name, change) {
  if (running) return false;
  running = name;
  render();
  try {
    await change();
    say(null);
    return true;
  } catch (error) {
    if (error.status === 401) sign_in();
    say("error", error.message);
    return false;
  } finally {
    running = null;
    render();
  }
}

const answer_help = (seq) => act(`help-${seq}`, () => post(`/api/v1/help/${seq}/answer`));
const clear_notice = (id) => act(`notice-${id}`, () => remove(`/api/v1/notices/${id}`));

document.getElementById("post").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const { zh, en } = form.elements;
  if (await act("post", () => post("/api/v1/notices", { zh: zh.value, en: en.value }))) form.reset();
});
document.getElementById("leave").addEventListener("click", () => leave().catch((error) => say("error", error.message)));

// --- drawing -----------------------------------------------------------------------------------------------

function render() {
  if (!board) return;
  document.body.dataset.seq = place.seq;
  const all = worst_first([...devices.values()]);
  const asked = [...open_helps.values()];
  draw("helps", [asked, running], () => helps(asked, running, answer_help));
  draw("sums", [board.zones, board.counters, all, asked.length], () => sums(board, all, asked.length));
  draw("zones", [board.zones, board.counters], () => zone_table(board));
  draw("devices", [all], () => device_list(all, board.counters));
  draw("notices", [board.notices, running], () => notice_list(board.notices, running, clear_notice));
  draw("happened", [happened], () => [
    h("header", {}, h("b", {}, t("刚发生"))),
    h("div.rows", {}, happened.map((event) =>
      h("div.line", {}, h("span.muted", {}, clock(Date.parse(event.at))), h("span.grow", {}, happening(event, board)),
        event.kind === "slip.failed" ? h("a.chip.action", { href: `/guide?number=${event.ticket.number}${lang === "en" ? "&lang=en" : ""}` }, t("补打")) : null))),
    happened.length ? null : h("p.empty", {}, t("还没有什么事。"))]);
  tick();
}

function tick() {
  const now = now_ms();
  document.getElementById("clock").textContent = clock(now);
  for (const node of document.querySelectorAll("[data-since]")) {
    const minutes = minutes_since(node.dataset.since, now);
    node.textContent = minutes < 60 ? t("{n} 分钟", { n: minutes })
      : minutes < 48 * 60 ? t("{n} 小时", { n: Math.floor(minutes / 60) }) : t("{n} 天", { n: Math.floor(minutes / 1440) });
  }
  show_age();
}

setInterval(tick, 1000);
tick();
await read();

const line = { news: heard, lost: (status) => (status === 401 ? sign_in() : lost()) };
follow({}, () => place, { ...line, event: on_event, reset: read });
follow({ board_state: "hall" }, () => null, { ...line, event: on_board, reset: () => {} });
