// The questions of the guide's page: for which matter a number is taken, and whether a number is really given back.

import { h, icon } from "/static/dom.js";
import { get } from "/static/server.js";
import { named, t } from "/static/words.js";

const TYPING_MS = 250;
const MOST_ERRANDS = 20;

/**
 * Ask for whom a number is taken: first the matter, then priority and how many matters an agent brings. Resolves to
 * the body of POST /tickets, or null if it was dropped.
 */
export async function ask_for_issue(hall) {
  const zones = new Map(hall.zones.map((zone) => [zone.id, zone]));
  return new Promise((resolve) => {
    let wish = null;
    const form = h("form", { method: "dialog" });
    const node = h("dialog.issue", { "aria-label": t("替人取号") }, form);
    const close = (answer) => {
      wish = answer;
      node.close();
    };
    const choose = () => form.replaceChildren(...matter_step(zones, decide, close));
    const decide = (matter) => form.replaceChildren(...wish_step(hall, matter, choose, close));
    form.addEventListener("submit", (event) => event.preventDefault());
    node.addEventListener("close", () => {
      resolve(wish);
      node.remove();
    });
    document.body.append(node);
    choose();
    node.showModal();
  });
}

function matter_step(zones, on_matter, close) {
  const list = h("div.matters", { role: "list" }, h("p.empty", {}, t("正在读事项…")));
  const input = h("input", { type: "search", name: "matter", placeholder: t("事项名称或拼音首字母"), autocomplete: "off", "aria-label": t("事项名称或拼音首字母") });
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    try {
      const { matters } = await get(`/api/v1/matters?q=${encodeURIComponent(input.value.trim())}`);
      if (mine !== asked) return;
      const offered = matters.filter((one) => one.issues);
      list.replaceChildren(...offered.map((one) => matter_row(one, zones.get(one.zone), on_matter)),
        ...(offered.length ? [] : [h("p.empty", {}, t("没有这样的事项，换个说法再找。"))]));
    } catch (error) {
      if (mine === asked) list.replaceChildren(h("p.empty", {}, error.message));
    }
  };
  let typing;
  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(show, TYPING_MS);
  });
  show();
  return [h("h2", {}, t("替人取号")), input, list, buttons(button(t("取消操作"), () => close(null)))];
}

function matter_row(matter, zone, on_matter) {
  return h("button.matter-row", { type: "button", "data-matter": matter.id, onclick: () => on_matter(matter) },
    h(`span.sign.zone-${zone.id}`, {}, zone.sign, icon(`zone-${zone.id}`)), h("span.grow", {}, named(matter)), icon("right"));
}

function wish_step(hall, matter, back, close) {
  const facts = h("p.muted", {}, t("正在看要等多久…"));
  const take = button(t("取号"), () => take.getAttribute("aria-disabled") === "true" || close(wish()), "primary");
  const errands = h("output", { name: "errands" }, "1");
  const step = (by) => (errands.textContent = String(Math.min(MOST_ERRANDS, Math.max(1, Number(errands.textContent) + by))));
  const classes = [{ id: "", name: t("普通"), name_en: "Ordinary" }, ...hall.priority_classes].map((one) =>
    h("label.btn.pick", {}, h("input", { type: "radio", name: "priority", value: one.id, checked: one.id === "" }), named(one)));
  const wish = () => ({
    matter: matter.id,
    channel: "guide",
    priority_class: classes.map((label) => label.firstChild).find((input) => input.checked).value || null,
    errands: Number(errands.textContent),
  });
  get(`/api/v1/matters/${encodeURIComponent(matter.id)}/prospect`).then(
    (found) => {
      facts.textContent = found.issues ? expected(found) : found.title;
      facts.classList.toggle("no", !found.issues);
      take.setAttribute("aria-disabled", String(!found.issues));
    },
    (error) => (facts.textContent = error.message),
  );
  return [
    h("h2", {}, named(matter)), facts,
    h("fieldset", {}, h("legend", {}, t("优先类别（到窗口看证件）")), h("div.picks", {}, classes)),
    h("fieldset", {}, h("legend", {}, t("替别人办几件（本人办一件不用改）")),
      h("div.stepper", {}, button("−", () => step(-1)), errands, button("+", () => step(1)))),
    buttons(button(t("换事项"), back), button(t("取消操作"), () => close(null)), take),
  ];
}

function expected({ ahead, wait, last_expected, remaining }) {
  return [
    t("前面 {n} 人", { n: ahead }),
    wait ? t("约 {low}–{high} 分钟叫到", { low: Math.round(wait.low_s / 60), high: Math.round(wait.high_s / 60) }) : null,
    remaining === null || remaining === undefined ? null : t("本时段还剩 {n} 个号", { n: remaining }),
    last_expected ? t("今天预计能办到 {number}", { number: last_expected }) : null,
  ].filter(Boolean).join(" · ");
}

/** Ask before something that cannot be taken back; resolves to true or false. */
export function confirm_with(title, text, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const close = (value) => {
      answer = value;
      node.close();
    };
    const node = h("dialog", {}, h("h2", {}, title), h("p.muted", {}, text),
      buttons(button(t("不取消"), () => close(false)), button(yes, () => close(true), "primary")));
    node.addEventListener("close", () => {
      resolve(answer);
      node.remove();
    });
    document.body.append(node);
    node.showModal();
  });
}

function buttons(...all) {
  return h("div.buttons", {}, ...all);
}

function button(text, onclick, look) {
  const node = h(`button.btn${look ? `.${look}` : ""}`, { type: "button" }, text);
  node.onclick = onclick;
  return node;
}
