// Another slip on paper: staff choose the kiosk that prints it and are told what came of it. The number stays; the
// paper says that it is a copy.

import { ask, field } from "/static/console_dialogs.js";
import { h } from "/static/dom.js";
import { say } from "/static/page_parts.js";
import { get, post } from "/static/server.js";
import { lang, t } from "/static/words.js";

/** A printer has fifteen seconds to prove a slip, and another slip may be before this one. */
const SILENT_MS = 40000;

const OPEN = new Set(["waiting", "called", "serving", "parked", "missed"]);
const CANNOT = new Set(["fault", "away"]);

/** What was asked for and has not ended: the id of the ticket, and what to say of it. */
const wished = new Map();

/** Whether a ticket may have another slip: whoever is through needs none. */
export function may_reprint({ state }) {
  return OPEN.has(state);
}

/** Ask which kiosk prints the slip of a ticket, and let it; the page says what came of it. */
export async function reprint({ id, number, floor }) {
  const printers = await known_printers();
  if (!printers.some(({ ready }) => ready)) return say("warn", nobody(printers));
  const kiosk = await choose(number, floor, printers);
  if (!kiosk) return;
  // A kiosk may be done before the answer is here: its event must find the wish.
  const wish = { number, kiosk };
  const silent = t("{kiosk} 还没有回话，请到取号机看一眼 {number} 的小票。", wish);
  clearTimeout(wished.get(id)?.watch);
  wished.set(id, { wish, watch: setTimeout(() => end(id, "warn", silent), SILENT_MS) });
  say("info", t("已请 {kiosk} 补打 {number}，正在打印…", wish));
  try {
    await post(`/api/v1/tickets/${id}/reprint`, { kiosk });
  } catch (error) {
    end(id, null);
    throw error;
  }
}

/** Hear an event of the stream: it may be what a slip that was asked for here has come to. */
export function heed_slip(event) {
  const found = wished.get(event?.ticket?.id);
  if (!found || !(event.data?.copy > 1)) return;
  const { wish } = found;
  if (event.kind === "slip.printed") end(event.ticket.id, "info", t("{number} 的小票已在 {kiosk} 打出，请本人去取。", wish));
  else if (event.kind === "slip.failed" && event.data.state === "unknown") end(event.ticket.id, "warn", t("不知道 {number} 打出来没有，请到 {kiosk} 看一眼。", wish));
  else if (event.kind === "slip.failed") end(event.ticket.id, "warn", t("{kiosk} 没有打出 {number}，换一台再补打，或请本人记住票号。", wish));
}

function end(id, kind, text) {
  clearTimeout(wished.get(id)?.watch);
  wished.delete(id);
  say(kind, text);
}

/** The kiosks of the hall that were heard of, with what keeps each from printing. */
async function known_printers() {
  const [hall, { devices }] = await Promise.all([get("/api/v1/hall"), get("/api/v1/devices")]);
  const by_name = new Map(devices.map((one) => [one.device, one]));
  return devices.filter(({ kind }) => kind === "kiosk").map((kiosk) => {
    const printer = by_name.get(`${kiosk.device}/ticket_printer`);
    const speaks = CANNOT.has(kiosk.state) ? kiosk : printer;
    return {
      kiosk: kiosk.device,
      floor: hall.kiosks[kiosk.device] ?? null,
      ready: Boolean(speaks) && !CANNOT.has(speaks.state),
      says: speaks ? speaks.sentence[lang] : t("没有打印机"),
    };
  });
}

function nobody(printers) {
  const first = printers[0];
  return first ? t("现在没有能打印的取号机。{kiosk}：{says}。", first) : t("没有一台取号机在线，现在不能补打。");
}

/** A kiosk of the ticket's own floor comes first: the person should not have to climb stairs. */
async function choose(number, floor, printers) {
  const order = [...printers].sort((a, b) => b.ready - a.ready || (b.floor === floor) - (a.floor === floor));
  const kiosk = h("select", { name: "kiosk" }, order.map((one) =>
    h("option", { value: one.kiosk, disabled: !one.ready }, [one.kiosk, one.floor && t("{n}楼", { n: one.floor }), one.says].filter(Boolean).join(" · "))));
  return ask(t("补打 {number} 的小票", { number }), t("票号不变，纸上写“补打”。"), [field(t("在哪台取号机打印"), kiosk)], () => kiosk.value, t("补打"));
}
