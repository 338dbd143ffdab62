// Times of the hall, whatever the computer's own zone and clock say: the server's time rules.

const zone = document.body.dataset.timezone || "Asia/Shanghai";
const wall = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
let ahead_ms = 0;

/** Take over the server's time (RFC 3339), as it stood when an answer came. */
export function set_server_time(at) {
  ahead_ms = Date.parse(at) - Date.now();
}

/** The server's time now, in ms. */
export function now_ms() {
  return Date.now() + ahead_ms;
}

/** `10:49` in the hall. */
export function clock(at_ms) {
  return wall.format(new Date(at_ms));
}

/** Whole minutes since `at` (RFC 3339), never negative. */
export function minutes_since(at, until_ms = now_ms()) {
  return Math.max(0, Math.floor((until_ms - Date.parse(at)) / 60000));
}

/** `06:12` since `at`, or `1:06:12` after an hour. */
export function stopwatch(at, until_ms = now_ms()) {
  const seconds = Math.max(0, Math.floor((until_ms - Date.parse(at)) / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
