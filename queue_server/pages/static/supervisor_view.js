// What the supervisor's page shows, drawn from the board of the hall, its devices and its events; decides nothing.

import { h, icon } from "/static/dom.js";
import { lang, named, t } from "/static/words.js";

const WORST_FIRST = ["fault", "away", "degraded", "unknown", "ok"];
const LOOKS = { fault: "error", away: "warn", degraded: "warn" };
const SIGNS = { fault: "warning", away: "no-line", degraded: "info" };
const TRACK_S = 3600;
const COUNTER_WORDS = { open: t("开着"), paused: t("暂停"), closed: t("未开") };

const KINDS = {
  ticket_printer: t("小票打印机"),
  card_reader: t("身份证读卡器"),
  code_scanner: t("扫码器"),
  speaker: t("音箱"),
  led_strip: t("条屏"),
  pole_display: t("双行客显屏"),
  caller_pad: t("呼叫器"),
  evaluator: t("评价器"),
  relay: t("继电器"),
  bus: t("窗口设备总线"),
  kiosk: t("取号机"),
  board: t("显示屏"),
  counter: t("窗口设备"),
  hub: t("市级上报"),
};

const trouble = (device) => device.state in LOOKS;

/** Devices in the order in which somebody must look at them; those of one state by name. */
export function worst_first(devices) {
  const place = ({ state }) => WORST_FIRST.indexOf(state);
  return devices.sort((a, b) => place(a) - place(b) || a.device.localeCompare(b.device));
}

/** Four figures of this moment. */
export function sums(board, devices, asked) {
  const zones = Object.values(board.zones);
  const counters = Object.values(board.counters);
  const open = counters.filter(({ state }) => state === "open");
  const bad = devices.filter(trouble).length;
  const waiting = zones.reduce((sum, zone) => sum + zone.waiting, 0);
  return [
    sum(t("现在等候"), t("{n} 人", { n: waiting }), t("在 {n} 个区", { n: zones.filter((zone) => zone.waiting).length })),
    sum(t("开着的窗口"), `${open.length}/${counters.length}`, t("{n} 个正在办", { n: open.filter(({ number }) => number).length })),
    sum(t("设备要处理"), String(bad), t("共 {n} 台", { n: devices.length }), bad ? "error" : ""),
    sum(t("有人求助"), String(asked), asked ? t("请派导办过去") : t("没有人等导办"), asked ? "error" : ""),
  ];
}

function sum(title, value, hint, look = "") {
  return h(`div.panel.sum${look ? `.${look}` : ""}`, {}, h("span.muted", {}, title),
    h("div", {}, h("b", {}, value), h("small.muted", {}, hint)));
}

/** All zones with the people who wait, how long, and their counters. */
export function zone_table(board) {
  const counters = Object.values(board.counters);
  const legend = ["open", "paused", "closed"].map((state) => [h(`i.cell.${state}`), COUNTER_WORDS[state]]);
  const longest_s = Math.max(TRACK_S, ...Object.values(board.zones).map(({ wait }) => wait?.high_s ?? 0));
  const rows = Object.values(board.zones)
    .map((zone) => zone_row(zone, longest_s, counters.filter((counter) => counter.zone === zone.id)))
    .filter(Boolean);
  return [
    h("header", {}, h("b", {}, t("服务区")), h("span.grow"), h("small.legend", {}, ...legend.flat())),
    h("table", {},
      h("thead", {}, h("tr", {}, ["", t("服务区"), t("等候"), t("现在取号要等"), "", t("窗口"), t("开")].map((text) => h("th", {}, text)))),
      h("tbody", {}, rows)),
  ];
}

function zone_row(zone, longest_s, counters) {
  if (!counters.length) return null;
  const open = counters.filter(({ state }) => state === "open").length;
  return h("tr", { "data-zone": zone.id },
    h("td", {}, h(`span.sign.zone-${zone.id}`, {}, zone.sign, icon(`zone-${zone.id}`))),
    h("td", {}, h("b", {}, named(zone)), h("small.muted", {}, zone.floor === null ? t("各楼层") : t("{floor}楼", { floor: zone.floor }))),
    h("td.many", {}, h("b", {}, String(zone.waiting)), t(" 人")),
    h("td.wait", {}, wait_words(zone)),
    h("td.bar", {}, bar(zone.wait, longest_s)),
    h("td.cells", {}, h("div", {}, counters.map(cell))),
    h("td.open", {}, `${open}/${counters.length}`));
}

function wait_words({ wait, waiting }) {
  if (!wait) return h(`span.chip${waiting ? ".error" : ""}`, {}, t("没有窗口开"));
  const low = Math.floor(wait.low_s / 60);
  const high = Math.max(low + 1, Math.ceil(wait.high_s / 60));
  return [h("b", {}, `${low}–${high}`), t(" 分")];
}

/** From the least to the most that somebody who comes now may wait; all zones share one scale. */
function bar(wait, longest_s) {
  const share = (seconds) => `${((100 * seconds) / longest_s).toFixed(1)}%`;
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const part = (name, x, width) => {
    const rect = document.createElementNS(space, "rect");
    for (const [key, value] of Object.entries({ class: name, x, width, y: 0, height: "100%", rx: 4 })) rect.setAttribute(key, value);
    svg.append(rect);
  };
  part("track", 0, "100%");
  if (wait) {
    part("most", 0, share(Math.max(60, wait.high_s)));
    part("least", 0, share(wait.low_s));
  }
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

function cell({ label, state, number }) {
  const says = [t("{label}号窗口", { label }), COUNTER_WORDS[state], number].filter(Boolean).join(" · ");
  return h(`i.cell.${state}${number ? ".busy" : ""}`, { title: says, "aria-label": says, role: "img" }, label);
}

/** Devices in trouble with since when, why and what to do; the others folded away. */
export function device_list(devices, counters) {
  const bad = devices.filter(trouble);
  const others = devices.filter((device) => !trouble(device));
  const well = others.filter(({ state }) => state === "ok").length;
  const unknown = others.length - well;
  const counts = [t("{n} 台正常", { n: well }), bad.length && t("{n} 台要处理", { n: bad.length }), unknown && t("{n} 台不详", { n: unknown })];
  return [
    h("header", {}, h("b", {}, t("设备")), h("small", {}, counts.filter(Boolean).join(lang === "en" ? ", " : "，"))),
    h("div.rows", {}, bad.map((device) =>
      h("div.device", { "data-device": device.device },
        icon(SIGNS[device.state]),
        h("div.grow", {}, h("b", {}, device_name(device, counters)), h("span.muted", {}, device.advice[lang])),
        h(`span.chip.${LOOKS[device.state]}`, {}, h("span", {}, device.sentence[lang]), h("span", { "data-since": device.since }))))),
    others.length ? h("details", {}, h("summary", {}, t("看其余 {n} 台", { n: others.length })),
      others.map((device) => h("div.device.well", { "data-device": device.device },
        h("span.grow", {}, device_name(device, counters)), h("span.muted", {}, device.sentence[lang])))) : null,
  ];
}

/** What a device is and where: at which counter, on which bus, or within which program. */
export function device_name({ device, kind, counter }, counters) {
  const label = counters[counter]?.label;
  const program = device.split("/")[0];
  const place = label ? t("{label}号窗口", { label }) : kind === "bus" ? program.replace(/^counter-/, "") : program;
  return `${place} · ${KINDS[kind]}`;
}

/** What the boards say, each with the button that takes it down. */
export function notice_list(notices, running, clear) {
  return notices.map(({ id, zh, en }) =>
    h("div.line", {}, h("span.grow", {}, h("b", {}, zh), h("small.muted", {}, en)),
      h("button.btn.small", { type: "button", "aria-busy": String(running === `notice-${id}`), onclick: () => clear(id) }, t("撤下"))));
}

/** A device that is well from the first moment is no news; one that is well again is. */
function news_of(device, counters) {
  if (!trouble(device) && !trouble({ state: device.was })) return "";
  return `${device_name(device, counters)}${lang === "en" ? ": " : "："}${device.sentence[lang]}`;
}

/** One sentence for what is worth a look, empty for all else. */
export function happening({ kind, ticket, counter, data = {} }, { counters }) {
  const label = counters[counter]?.label ?? "";
  const number = ticket?.number;
  const made = {
    "ticket.missed": () => t("{number} 过号", { number }),
    "ticket.abandoned": () => t("{number} 多次过号，已弃号", { number }),
    "slip.failed": () => (data.state === "unknown" ? t("不知道 {number} 的小票打出来没有", { number }) : t("{number} 的小票没打出来", { number })),
    "counter.opened": () => t("{label}号窗口开了", { label }),
    "counter.paused": () => t("{label}号窗口暂停", { label }),
    "counter.resumed": () => t("{label}号窗口恢复服务", { label }),
    "counter.closed": () => t("{label}号窗口关了", { label }),
    "device.health_changed": () => news_of(data, counters),
    "device.help_asked": () => t("{kiosk} 有人求助", data),
    "device.help_answered": () => t("{kiosk} 的求助有人去了", data),
    "notice.posted": () => t("通知：{text}", { text: data[lang] }),
    "notice.cleared": () => t("一条通知撤下了"),
    "day.opened": () => t("新的一天，票号从头开始"),
    "day.held": () => t("服务器时钟跳了，没有换日，请核对时间"),
    "policy.changed": () => t("大厅规则换了新版"),
  }[kind];
  return made ? made() : "";
}
