// What a board says, in both languages at once: `pair` gives `{zh, en}`. Times are those of the hall.

import { clock } from "/static/time.js";
import { pair } from "/static/words.js";

const zone = document.body.dataset.timezone || "Asia/Shanghai";
const dates = {
  zh: new Intl.DateTimeFormat("zh-CN", { timeZone: zone, month: "long", day: "numeric" }),
  en: new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" }),
};
const days = {
  zh: new Intl.DateTimeFormat("zh-CN", { timeZone: zone, weekday: "long" }),
  en: new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short" }),
};

/** What stands in a counter's cell that has no number. */
export const COUNTER_WORDS = { open: pair("空闲"), paused: pair("暂停"), closed: pair("未开") };

/** Day and weekday. */
export function date(at_ms) {
  const at = new Date(at_ms);
  return { zh: [dates.zh.format(at), days.zh.format(at)], en: [`${days.en.format(at)},`, dates.en.format(at)] };
}

/**
 * How long somebody who comes now waits: a range, or why there is none. Minutes below 100, beyond that half hours:
 * nobody plans by minutes then, and it stays short.
 */
export function wait(span, wide) {
  if (!span) return pair("窗口未开");
  if (span.high_s === 0) return pair("现在不用等");
  if (span.high_s < 100 * 60) {
    const range = `${Math.floor(span.low_s / 60)}–${Math.ceil(span.high_s / 60)}`;
    return wide ? pair("约{range}分", { range }) : pair("{range}分", { range });
  }
  const range = `${Math.floor(span.low_s / 1800) / 2}–${Math.ceil(span.high_s / 1800) / 2}`;
  return wide ? pair("约{range}小时", { range }) : pair("{range}小时", { range });
}

/**
 * What stands at the foot in a turn: `{line, place, many}`, or `{line, notice: true}`. While notices stand, every other
 * turn is one of theirs.
 */
export function foot(board, hall, turn) {
  const { notices = [] } = board;
  if (notices.length && turn % 2 === 0) return { line: notices[(turn / 2) % notices.length], notice: true };
  const lines = advice(board, hall);
  const place = (notices.length ? (turn - 1) / 2 : turn) % lines.length;
  return { line: lines[place], place: place + 1, many: lines.length };
}

/** What always helps, the hall's own lines, and the journal's hash. */
function advice(board, hall) {
  const facts = { desk: hall.guide_desk, hotline: hall.hotline };
  const facts_en = { desk: hall.guide_desk_en || hall.guide_desk, hotline: hall.hotline };
  const lines = [pair("没听到叫号？请到{desk}，工作人员会帮您。", facts, facts_en), pair("看到黄色的号，请直接去窗口。")];
  if (hall.hotline) lines.push(pair("有不明白的，请到{desk}，或拨打 {hotline}。", facts, facts_en));
  lines.push(pair("等候时间是估计，会随办理快慢变化。"), ...board.look.ticker);
  if (board.root && board.root_hour) {
    // In fours, so that it can be noted; anybody can check it later.
    const root = board.root.match(/.{1,4}/g).join(" ");
    lines.push(pair("{time} 公布的流水校验值：{root}", { time: clock(Date.parse(board.root_hour)), root }));
  }
  return lines;
}

/** The floor that all zones of the board share, else the board's own title. */
export function title(board, hall) {
  const numbers = new Set(Object.values(board.zones).map((line) => line.floor));
  const shared = numbers.size === 1 && hall.floors.find((one) => numbers.has(one.number));
  return shared ? { zh: shared.name, en: shared.name_en } : { zh: board.name, en: board.name_en };
}

/** Where a call leads; null where the whole board is on one floor. */
export function floor(board, hall, number) {
  const numbers = new Set(Object.values(board.zones).map((line) => line.floor));
  const found = numbers.size > 1 && hall.floors.find((one) => one.number === number);
  return found ? { zh: found.name, en: found.name_en } : null;
}
