// A board on a screen that shows this page for months: it follows its stream, shows calls for as long as they need, says
// so when it hears nothing, and takes a new version of itself only while nobody is called.

import { Voice } from "/static/board_audio.js";
import { LEVELS, advance, hear, keep, next_change_s, nobody } from "/static/board_showing.js";
import { take, wanted } from "/static/board_state.js";
import { show } from "/static/board_view.js";
import { ask_key, key_from_address } from "/static/board_key.js";
import { follow } from "/static/live.js";
import { now_ms, set_server_time } from "/static/time.js";
import { pair } from "/static/words.js";

const SILENT_AFTER_S = 20;
const TURN_S = 12;
const SHIFT_S = 180;
const ASK_S = 60;
const MEDIA_S = 300;
const SHIFTS = [[0, 0], [4, 2], [8, 0], [4, -2], [0, -4], [-4, -2], [-8, 0], [-4, 2]];

const name = document.body.dataset.board;
const facts = JSON.parse(document.getElementById("facts").textContent);
const upright = matchMedia("(orientation: portrait)");
const began_s = now_s();
// Smaller bands only where their numbers can still be read from the board's distance.
const levels = facts.digits <= 84 ? LEVELS : LEVELS.slice(0, 2);

let known = null;
let showing = nobody;
let heard_s = null;
let heard_ms = null;
let problem = null;
let media = [];
let media_turn = 0;
let hanging = null;
let timer = null;

function now_s() {
  return performance.now() / 1000;
}

function on_frame(frame) {
  set_server_time(frame.at);
  const told = take(known, frame, now_ms());
  known = told.known;
  if (told.anew) showing = nobody;
  for (const call of told.called) showing = hear(showing, call, now_s());
  problem = null;
  heard();
  refresh();
  voice?.hear(told.called, frame.said, known.board, told.anew);
}

function heard() {
  heard_s = now_s();
  heard_ms = now_ms();
}

/** Draw what stands now, and come again when it looks different by itself. */
function refresh() {
  const now = now_s();
  const silent = is_silent(now);
  // While the bands are covered by the warning nobody's five seconds may run out.
  if (known && !silent) showing = advance(keep(showing, (call) => wanted(known.board, call, now_ms())), now, levels);
  const turn = turn_at(now);
  show(known?.board ?? null, facts.hall, showing, {
    now_ms: now_ms(), now_s: now, turn, silent, since_ms: heard_ms, problem, tall: upright.matches, media: shown_media(turn, silent), digits: facts.digits,
  });
  const [x, y] = SHIFTS[Math.floor((now - began_s) / SHIFT_S) % SHIFTS.length];
  document.body.style.translate = `${x / 10}rem ${y / 10}rem`;
  clearTimeout(timer);
  timer = setTimeout(refresh, 1000 * wait_s(now, silent) + 1);
}

function turn_at(now) {
  return Math.floor((now - began_s) / TURN_S);
}

function is_silent(now) {
  return heard_s === null || now - heard_s >= SILENT_AFTER_S;
}

function wait_s(now, silent) {
  const steps = [60 - (now_ms() / 1000) % 60, TURN_S - (now - began_s) % TURN_S];
  if (!silent) steps.push(heard_s + SILENT_AFTER_S - now, next_change_s(showing, now));
  return Math.max(0.01, Math.min(...steps));
}

/** A picture that was not shown yet cannot be had while the server is away. */
function shown_media(turn, silent) {
  if (silent) return hanging;
  const all = [...media, ...(known?.board.look?.slides ?? []).map((slide) => ({ slide }))];
  hanging = all.length ? all[(turn - media_turn) % all.length] : null;
  return hanging;
}

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(8000) });
  return answer.ok ? answer.json() : null;
}

/** Load the page anew when the server has another one or the hall's plan has changed, but never over a call. */
async function look_for_news() {
  const answer = await ask(`/board/${encodeURIComponent(name)}/version`);
  if (!answer || answer.version === facts.version) return;
  const quiet = () => !showing.bands.some(Boolean) && !showing.waiting.length;
  if (quiet()) location.reload();
}

async function look_for_media() {
  if (!known?.board.look?.media) return;
  const path = `/api/v1/boards/${encodeURIComponent(name)}/media`;
  const found = await ask(path);
  if (!found) return;
  const pictures = found.pictures.map((one) => ({ picture: `${path}/${encodeURIComponent(one.name)}?v=${one.version}` }));
  if (JSON.stringify(pictures) === JSON.stringify(media)) return;
  // New pictures come first, and at once: not when their turn in the old row would have come.
  media = pictures;
  media_turn = turn_at(now_s());
  refresh();
}

function every(seconds, work) {
  // A server that is away is the stream's matter; this comes round again.
  const quietly = () => work().catch(() => null);
  setInterval(quietly, seconds * 1000);
  return quietly;
}

function on_lost(status) {
  if (status === 401 || status === 403) {
    problem = pair("本屏还没有登记。");
    ask_key();
  } else if (status) problem = pair("本屏还没有接通，请找管理员（{code}）", { code: status });
  refresh();
}

upright.addEventListener("change", refresh);
refresh();
every(ASK_S, look_for_news);
const media_now = every(MEDIA_S, look_for_media);
await key_from_address();
// `?sound=off` is for a board that has no loudspeaker, so that it never takes the place of one that has.
const mute = !facts.audio || new URLSearchParams(location.search).get("sound") === "off";
const voice = mute ? null : new Voice(facts.audio, document.getElementById("sound"));
let media_of = null;
follow({ board_state: name }, () => null, {
  event: (frame) => {
    on_frame(frame);
    if (known.board.look?.media !== media_of) {
      media_of = known.board.look?.media;
      media_now();
    }
  },
  reset: () => {},
  news: () => {
    const was_silent = is_silent(now_s());
    heard();
    if (was_silent && known) refresh();
  },
  lost: on_lost,
});
