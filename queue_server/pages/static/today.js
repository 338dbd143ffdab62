// The public page of the day; asks the server twice a minute and says when its figures are old.

import { draw, h, icon } from "/static/dom.js";
import { get } from "/static/server.js";
import { clock } from "/static/time.js";
import { t } from "/static/words.js";

const ASK_MS = 30000;
const OLD_AFTER_MS = 90000;

let heard_ms = null;
let told = null;

async function ask() {
  try {
    told = await get("/api/v1/today");
    heard_ms = performance.now();
    render();
  } catch {
    // What is shown stays, with its age at the top.
  }
  age();
  setTimeout(ask, ASK_MS);
}

function render() {
  document.getElementById("closes").textContent = told.closes_at
    ? t("今天 {time} 下班", { time: clock(Date.parse(told.closes_at)) }) : "";
  const zones = new Map();
  for (const queue of told.queues) zones.set(queue.zone, [...(zones.get(queue.zone) ?? []), queue]);
  draw("queues", told.queues, () => [...zones.values()].map(zone_panel));
}

function zone_panel(queues) {
  const [{ zone, sign, name }] = queues;
  return h("section.panel.zone-panel", {},
    h("header", {}, h(`span.sign.zone-${zone}`, {}, sign, icon(`zone-${zone}`)), h("b", {}, name)),
    queues.map(line));
}

function line(queue) {
  const { id, matters, waiting, issues, title, remaining, last_expected: last } = queue;
  if (!issues) return h("div.queue.no", { "data-queue": id }, h("span", {}, matters), h("span.say", {}, title));
  return h("div.queue", { "data-queue": id }, h("span", {}, matters),
    h("span", {}, h("small", {}, t("等候")), h("b", {}, t("{n} 人", { n: waiting }))),
    h("span", {}, h("small", {}, t("预计办到")), h("b", {}, last ?? t("都办得到"))),
    h("span", {}, h("small", {}, t("本时段还剩")), h("b", {}, remaining === null || remaining === undefined ? t("不限") : t("{n} 个号", { n: remaining }))));
}

function age() {
  const node = document.getElementById("age");
  const old = heard_ms === null || performance.now() - heard_ms > OLD_AFTER_MS;
  node.classList.toggle("old", old);
  node.textContent = told === null ? t("正在连接…")
    : old ? t("{time} 的数据，正在重连", { time: clock(Date.parse(told.at)) }) : t("{time} 更新", { time: clock(Date.parse(told.at)) });
}

setInterval(age, 5000);
ask();
