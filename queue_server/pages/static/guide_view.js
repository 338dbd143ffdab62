// The panels of the guide's page, each built from the data that it shows.

import { slip } from "/static/console_view.js";
import { h, icon } from "/static/dom.js";
import { clock } from "/static/time.js";
import { lang, named, t } from "/static/words.js";

const STATES = {
  waiting: t("等候中"),
  called: t("已叫号"),
  serving: t("办理中"),
  parked: t("挂起"),
  missed: t("过号"),
  completed: t("已办完"),
  cancelled: t("已作废"),
  abandoned: t("已弃号"),
  expired: t("已过期"),
};
const LOOKS = { called: "called", serving: "action", missed: "warn", abandoned: "error", completed: "ok", parked: "warn" };
const WORRIES = { missed: t("过号"), parked: t("挂起没回来"), waiting: t("久等") };
const ACTS = {
  reinstate: { label: t("恢复排队"), busy: t("正在恢复…"), icon: "back", primary: true },
  back: { label: t("已经回来"), busy: t("正在登记…"), icon: "check", primary: true },
  reprint: { label: t("补打小票"), busy: t("补打小票"), icon: "paper" },
  transfer: { label: t("转办"), busy: t("正在转办…"), icon: "transfer" },
  "carry-over": { label: t("改约明天"), busy: t("正在改约…"), icon: "clock" },
  cancel: { label: t("取消票号"), busy: t("正在取消…"), icon: "cross" },
};
const SCREENS = { home: t("首页"), matters: t("选事项"), confirm: t("取号前"), ticket: t("取号后"), check_in: t("预约签到"), away: t("取号机断网"), closed: t("未开放") };

/** Calls for help from kiosks, the longest first; their colour tells when two minutes are near. */
export function help_list(open, running, on_go) {
  return [
    header(t("求助 {n}", { n: open.length }), t("2 分钟内到")),
    h("div.rows", {},
      open.map((help) =>
        h("div.person.tall", { "data-help": help.seq },
          h("div.grow", {}, h("b", {}, t("取号机 {kiosk}", { kiosk: help.kiosk })),
            h("div.muted.clip", {}, [help.floor ? t("{n}楼", { n: help.floor }) : null, SCREENS[help.screen]].filter(Boolean).join(" · "))),
          h("span.chip", { "data-hurry": help.at }),
          h("button.btn", { type: "button", "aria-busy": String(running === `help-${help.seq}`), onclick: () => on_go(help.seq) }, t("我去")))),
      open.length ? null : h("p.empty", {}, t("没有人求助"))),
  ];
}

/** People to look after: missed, parked for long, waiting for long. */
export function attention_list(people, on_open) {
  return [
    header(t("要留意的人 {n}", { n: people.length }), t("过号、挂起、久等")),
    h("div.rows", {},
      people.map(({ why, since, ticket }) =>
        h("div.person.tall", { "data-number": ticket.number },
          h("b.number", {}, ticket.number),
          h("div.grow", {},
            h("b", {}, WORRIES[why], " ", h("span", { "data-minutes": since })),
            h("div.muted.clip", {}, ticket.priority_class ? `${t("优先")} · ${named(ticket.matter)}` : named(ticket.matter))),
          h("button.btn", { type: "button", onclick: () => on_open(ticket.number) }, t("查看")))),
      people.length ? null : h("p.empty", {}, t("没有要留意的人"))),
  ];
}

/** How many wait in each zone, and since when the first of them. */
export function zone_list(zones, first) {
  return [
    header(t("等候 {n} 人", { n: zones.reduce((sum, zone) => sum + zone.waiting, 0) })),
    h("div.zones", {}, zones.map((zone) =>
      h("div.zone", { "data-zone": zone.id, title: named(zone) },
        h(`span.sign.zone-${zone.id}`, {}, zone.sign, icon(`zone-${zone.id}`)),
        h("b", {}, t("{n} 人", { n: zone.waiting })),
        first(zone.id) ? h("span.muted.clip", {}, t("最久"), " ", h("span", { "data-minutes": first(zone.id) })) : null))),
  ];
}

/** The ticket that was looked up: what it is, what happened to it, what can be done. */
export function ticket_panel(found, story, sign, running, on_act) {
  if (!found) {
    return h("div.nothing", {}, icon("search"), h("p", {}, t("输入票号，或扫小票上的二维码。")));
  }
  const { ticket, can } = found;
  return [
    h("div.hand", {},
      h("div.number", { id: "number" }, ticket.number),
      h("div.grow", {},
        h("div.chips", {}, h(`span.chip.${LOOKS[ticket.state] ?? ""}`.replace(/\.$/, ""), { id: "state" }, STATES[ticket.state]),
          found.reinstated ? h("span.chip.warn", {}, t("恢复过 {n} 次", { n: found.reinstated })) : null,
          ticket.priority_class ? h("span.chip", {}, icon("heart"), t("优先")) : null,
          ticket.back_at ? h("span.chip.ok", {}, icon("check"), t("已回")) : null,
          slip(ticket),
          ticket.errands > 1 ? h("span.chip", {}, t("代办 {n} 件", { n: ticket.errands })) : null),
        h("div.matter", {}, named(ticket.matter)),
        h("div.muted.where", {}, ticket.floor ? t("{n}楼", { n: ticket.floor }) : null, sign,
          ticket.counter_label ? h("span", {}, "· ", t("{label}号窗口", { label: ticket.counter_label })) : null))),
    h("div.course", {}, history(ticket, story), outlook(found)),
    h("div.acts", {}, can.map((move) => act(move, running, on_act)),
      can.length ? null : h("p.muted", {}, t("这张票已经结束，要办事请替他取新号。"))),
  ];
}

function history(ticket, story) {
  return h("div.history.grow", {},
    (story?.lines ?? []).map((line) => h("div.line", {}, h("time", {}, clock(Date.parse(line.at))), h(`i.${line.kind.replace(".", "-")}`), h("span", {}, line.text))),
    story ? h("a.chip", { href: `/why/${ticket.id}${lang === "en" ? "?lang=en" : ""}`, target: "_blank" }, t("为什么")) : h("p.empty", {}, t("正在读经过…")));
}

function outlook({ ticket, can, back_ahead, back_wait, reinstates_left }) {
  const waiting = ticket.state === "waiting";
  const ahead = waiting ? ticket.ahead : back_ahead;
  const wait = waiting ? ticket.wait : back_wait;
  if (!waiting && !can.includes("reinstate")) {
    return ticket.state === "missed" ? h("div.outlook", {}, h("p", {}, t("恢复的次数用完了，请替他取新号。"))) : null;
  }
  return h("div.outlook", {},
    h("div.muted", {}, waiting ? t("现在排在") : t("现在恢复")),
    h("b.big", {}, t("第 {n} 位", { n: ahead + 1 })),
    wait ? h("div.muted", {}, t("约 {low}–{high} 分钟叫到", { low: minutes(wait.low_s), high: minutes(wait.high_s) })) : h("div.muted", {}, t("窗口还没有开")),
    waiting ? null : h("div.muted", {}, t("还可恢复 {n} 次", { n: reinstates_left })));
}

function minutes(seconds) {
  return Math.round(seconds / 60);
}

function act(move, running, on_act) {
  const { label, busy, icon: symbol, primary } = ACTS[move];
  const now = running === move;
  return h(`button.btn${primary ? ".primary" : ""}`,
    { type: "button", "data-act": move, "aria-busy": String(now), onclick: () => on_act(move) },
    now ? h("i.ring") : icon(symbol), now ? busy : label);
}

function header(title, hint) {
  return h("header", {}, h("b", {}, title), hint ? h("small", {}, hint) : null);
}
