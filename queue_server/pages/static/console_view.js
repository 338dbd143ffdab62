// The panels of the clerk's console, each built from the data that it shows.

import { h, icon } from "/static/dom.js";
import { clock, minutes_since } from "/static/time.js";
import { lang, named, t } from "/static/words.js";

const FORMS = {
  original: t("原件"),
  copy: t("复印件"),
  verify_original: t("核验原件"),
  capture: t("现场采集"),
  none: t("不用交纸质"),
};

const CASE_TYPES = { instant: t("即办件"), commitment: t("承诺件"), joint: t("联办件") };

/** The ticket at hand: number, matter, how long it waited, a watch; or that there is none. */
export function hand(state, matter, printing, on_slip) {
  const node = document.getElementById("hand");
  const { ticket } = state;
  node.className = `panel hand ${ticket ? ticket.state : "free"}`;
  if (!ticket) return free(state);
  const called = ticket.state === "called";
  const waited = minutes_since(ticket.issued_at, Date.parse(ticket.called_at));
  return [
    h("div.number", { id: "number" }, ticket.number),
    h("div.grow", {},
      h("div.chips", {},
        called ? h("span.chip.called", {}, icon("speaker"), t("已呼叫")) : h("span.chip.action", {}, icon("pencil"), t("办理中")),
        h("span.chip", {}, t("等了 {n} 分", { n: waited })),
        priority(ticket), errands(ticket, state.matters_a_call), slip(ticket),
        h("a.chip", { href: `/why/${ticket.id}${lang === "en" ? "?lang=en" : ""}`, target: "_blank" }, t("为什么是 {number}", { number: ticket.number })),
        h("button.chip", { type: "button", "data-act": "reprint", title: t("票号不变，纸上写“补打”。"), "aria-busy": String(printing), onclick: () => on_slip(ticket) },
          icon("paper"), t("补打小票"))),
      h("div.matter", {}, matter?.name ?? named(ticket.matter)),
      h("div.muted.clip", { title: matter ? facts(matter) : null }, matter ? facts(matter) : "")),
    h("div.timer", {},
      h("b", { "data-watch": called ? ticket.called_at : ticket.started_at }),
      h("span.muted", {}, called ? t("第 {n} 次呼叫", { n: ticket.calls }) : usual(state, matter))),
  ];
}

function usual(state, matter) {
  return t("一般约 {n} 分", { n: Math.round(matter?.guide?.service_min ?? state.mean_service_s / 60) });
}

function free({ state, last }) {
  const words = { closed: t("窗口还没有开"), paused: t("窗口已暂停服务"), open: t("现在没有在办的票") };
  const done = last && [
    h("b", { "data-watch": last.ended_at, "data-before": `${t("空闲")} ` }),
    h("span.muted", {}, t("上一位 {number} 已办完", { number: last.number })),
  ];
  return [h("div.word.grow", {}, words[state]), state === "open" && done ? h("div.timer", {}, done) : null];
}

function facts(matter) {
  const days = matter.limits?.committed_working_days;
  // 即办件 says by itself that it is done on the spot.
  const limit = days ? t("承诺 {n} 个工作日", { n: days }) : days === 0 && matter.case_type !== "instant" ? t("当场办结") : null;
  const fee = matter.fee?.charged ? t("收费 {amount}", { amount: matter.fee.amount || matter.fee.basis || t("见价目表") }) : t("不收费");
  return [CASE_TYPES[matter.case_type], limit, fee].filter(Boolean).join(" · ");
}

/** The checklist of the ticket at hand. The ticks are the clerk's own aid and are kept nowhere. */
export function checklist(matter, checked, on_tick) {
  if (!matter) return [header(t("受理清单")), h("p.empty", {}, t("正在读清单…"))];
  const missing = matter.checklist.filter((one) => one.required && !checked.has(one.key)).length;
  return [
    header(t("受理清单"), t("清单以外的材料不得要求"), counted(matter, checked, missing)),
    h("div.rows", {}, matter.checklist.map((one) =>
      h("label.material", {},
        h("input", { type: "checkbox", name: one.key, checked: checked.has(one.key), onchange: (event) => on_tick(one.key, event.target.checked) }),
        ...material(one))),
      matter.checklist.length === 0 ? h("p.empty", {}, t("这个事项不用带材料。")) : null),
  ];
}

function counted({ checklist: all }, checked, missing) {
  if (!all.length) return null;
  return h("span.counted", { title: t("勾选只供您核对，不保存") },
    missing ? h("span.chip.warn", {}, icon("warning"), t("还差 {n} 样", { n: missing })) : h("span.chip.ok", {}, icon("check"), t("材料齐了")),
    h("b", {}, t("{n} / {all} 已核", { n: checked.size, all: all.length })));
}

function material(one) {
  return [
    h("span.name", {}, one.name),
    h("span.muted", {}, FORMS[one.form] ?? one.form),
    h("span", {},
      one.elicence ? h("span.chip.action", { title: one.elicence }, t("可用电子证照")) : null,
      one.elicence && one.tolerable ? " " : null,
      one.tolerable ? h("span.chip.warn", {}, t("可容缺")) : null,
      one.required ? null : h("span.chip", {}, t("有则带"))),
  ];
}

/** Who is expected next, with the materials to look for, so that the clerk is ready before calling. */
export function expected(row, matter, { state }) {
  if (!row) {
    return [header(t("预计下一位")), h("p.empty", {}, state === "closed" ? t("开窗后才能叫号。") : t("现在没有人等候。"))];
  }
  return [
    h("header", {}, h("b", {}, t("预计下一位")), h("b.next", {}, row.number), priority(row), slip(row),
      h("span.chip", {}, t("等了"), h("span", { "data-minutes": row.issued_at })), h("span.grow"), h("small", {}, t("叫号前先看一眼"))),
    h("div.matter-line", {}, h("b", {}, matter?.name ?? named(row.matter)), h("span.muted.clip", {}, matter ? facts(matter) : "")),
    h("div.rows", {}, (matter?.checklist ?? []).map((one) => h("div.material.plain", {}, ...material(one)))),
  ];
}

/** The queue in call order. */
export function waiting_list(rows, count, running, { choose_number, print_again }) {
  return [
    header(t("等候 {n} 人", { n: count }), t("按叫号顺序")),
    h("div.rows", {}, rows.map((row) =>
      h("div.person", { "data-number": row.number },
        h("b", {}, row.number),
        h("span.grow.clip", { title: named(row.matter) }, named(row.matter)),
        slip(row), paperless(row) ? h("button.btn.small", { type: "button", "aria-busy": String(running === `slip-${row.id}`), onclick: () => print_again(row) }, t("补打")) : null,
        priority(row),
        h("span.ago", { "data-minutes": row.issued_at }))),
      count > rows.length ? h("p.empty", {}, t("还有 {n} 人", { n: count - rows.length })) : null,
      count === 0 ? h("p.empty", {}, t("没有人等候")) : null),
    count > 0 ? h("button.plain.choose", { type: "button", onclick: choose_number }, t("选号呼叫（要写原因）…")) : null,
  ];
}

/** Who was called and did not come; they can be put back into the queue, or called at once. */
export function missed_list(tickets, running, on_back, on_call) {
  return [
    header(t("过号 {n}", { n: tickets.length }), t("今天")),
    h("div.rows", {}, tickets.map((ticket) =>
      h("div.person", { "data-number": ticket.number },
        h("b", {}, ticket.number),
        h("span.grow.clip", {}, t("{time} 呼叫 {n} 次未到", { time: clock(Date.parse(ticket.called_at)), n: ticket.calls })),
        on_call ? h("button.btn.small", { type: "button", onclick: () => on_call(ticket.number) }, t("叫")) : null,
        h("button.btn.small", { type: "button", "aria-busy": String(running === `back-${ticket.id}`), onclick: () => on_back(ticket.id) }, t("恢复"))))),
  ];
}

/** Who is away for a form or a payment and comes back to this counter. */
export function parked_list(tickets, running, on_resume) {
  return [
    header(t("挂起 {n}", { n: tickets.length }), t("办完手上的再恢复")),
    h("div.rows", {}, tickets.map((ticket) =>
      h("div.person", { "data-number": ticket.number },
        h("b", {}, ticket.number),
        h("span.grow.clip", {}, named(ticket.matter)),
        ticket.back_at ? h("span.chip.ok", { title: t("下一次叫号先叫") }, icon("check"), t("已回")) : null,
        h("span.ago", { "data-minutes": ticket.ended_at }),
        h("button.btn.small", { type: "button", "aria-disabled": String(!on_resume), onclick: () => on_resume?.(ticket.number) }, t("接着办"))))),
  ];
}

/** Calls for help from kiosks; whoever goes there says so, and the bar goes from every page. */
export function helps(open, running, on_answer) {
  return open.map((help) =>
    h("div.notice.help", { role: "alert" },
      icon("help"),
      h("span.grow", {}, h("b", {}, t("{floor}楼 {kiosk} 有人求助", { floor: help.floor ?? 1, kiosk: help.kiosk })), " ",
        h("span", {}, clock(Date.parse(help.at)))),
      h("button.btn", { type: "button", "aria-busy": String(running === `help-${help.seq}`), onclick: () => on_answer(help.seq) },
        running === `help-${help.seq}` ? h("i.ring") : null, t("我去处理"))));
}

function header(title, hint, ...rest) {
  return h("header", {}, h("b", {}, title), hint ? h("small", {}, hint) : null, h("span.grow"), ...rest);
}

function priority(thing) {
  return thing.priority_class ? h("span.chip", {}, icon("heart"), t("优先")) : null;
}

/** An agent's number holds several matters, of which one call takes so many. */
function errands(ticket, most) {
  if (ticket.errands < 2) return null;
  return h("span.chip.warn", { title: t("其余的办完后自动排到队尾") }, t("代办 {n} 件，本次最多 {most} 件", { n: ticket.errands, most }));
}

const paperless = ({ print_state }) => print_state === "failed" || print_state === "unknown";

/** A slip that did not come out, or of which nobody knows: the person may hold no paper. */
export function slip({ print_state }) {
  if (print_state === "failed") return h("span.chip.warn", { title: t("小票没打出来") }, icon("no-slip"), t("未出票"));
  if (print_state === "unknown") return h("span.chip.warn", { title: t("不知道小票打出来没有") }, icon("no-slip"), t("出票不明"));
  return null;
}
