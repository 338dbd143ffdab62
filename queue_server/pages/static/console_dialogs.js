// The two questions that a clerk is asked before a rare move: which number and why, and where a ticket goes.

import { h } from "/static/dom.js";
import { get } from "/static/server.js";
import { named, t } from "/static/words.js";

/** Ask which waiting number is called and why; resolves to {number, reason}, or null if it was dropped. */
export function ask_for_number(waiting) {
  const number = h("select", { name: "number", required: true },
    waiting.map((row) => h("option", { value: row.number }, `${row.number} · ${named(row.matter)}`)));
  const reason = h("input", { name: "reason", type: "text", minLength: 2, maxLength: 100, required: true, autocomplete: "off" });
  return ask(t("选号呼叫"), t("写明原因，会记入流水。"), [field(t("票号"), number), field(t("原因"), reason)], () => ({
    number: number.value,
    reason: reason.value.trim(),
  }));
}

/** Ask where the ticket at hand goes: a matter or a counter, and whether first in line; null if dropped. */
export async function ask_for_target(state) {
  const [{ matters }, hall] = await Promise.all([get("/api/v1/matters"), get("/api/v1/hall")]);
  const matter = h("select", { name: "matter" }, h("option", { value: "" }, t("不换事项")), groups(hall.zones, matters));
  const counter = h("select", { name: "counter" }, h("option", { value: "" }, t("不指定窗口")),
    hall.counters.filter((one) => one.id !== state.counter)
      .map((one) => h("option", { value: one.id }, t("{label}号窗口", { label: one.label }) + ` · ${named(one)}`)));
  const first = h("input", { name: "first", type: "checkbox" });
  // One place only: choosing one takes the other back.
  matter.addEventListener("change", () => (counter.value = ""));
  counter.addEventListener("change", () => (matter.value = ""));
  return ask(t("转办 {number}", { number: state.ticket.number }), t("票号和取号时间不变。"),
    [field(t("转到事项"), matter), field(t("或转到窗口"), counter), h("label.check", {}, first, t("排在最前"))],
    () => (matter.value || counter.value ? { matter: matter.value, counter: counter.value, first: first.checked } : null));
}

function groups(zones, matters) {
  return zones.map((zone) => {
    const own = matters.filter((one) => one.zone === zone.id && one.issues);
    return own.length ? h("optgroup", { label: `${zone.sign} ${named(zone)}` },
      own.map((one) => h("option", { value: one.id }, one.name))) : null;
  });
}

/** An input with its label above it. */
export function field(label, input) {
  return h("label.field", {}, h("span", {}, label), input);
}

/** Show a dialog with fields; resolves to what `value` makes of them, or null on 取消, Esc, or no value. */
export function ask(title, hint, fields, value, yes = t("确定")) {
  return new Promise((resolve) => {
    const form = h("form", { method: "dialog" },
      h("h2", {}, title), h("p.muted", {}, hint), ...fields,
      h("div.buttons", {},
        h("button.btn", { type: "button", onclick: () => node.close() }, t("取消操作")),
        h("button.btn.primary", { type: "submit", value: "ok" }, yes)));
    const node = h("dialog", {}, form);
    node.addEventListener("close", () => {
      resolve(node.returnValue === "ok" ? value() : null);
      node.remove();
    });
    document.body.append(node);
    node.showModal();
  });
}
