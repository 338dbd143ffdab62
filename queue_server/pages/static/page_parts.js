// What the pages of the staff have in common: going to the sign-in, one line that says something, and how old the
// data is.

import { h, icon } from "/static/dom.js";
import { lang, t } from "/static/words.js";

const OLD_AFTER_S = 10;
const SYMBOLS = { error: "warning", warn: "warning", info: "info" };

let heard_ms = null;
let broken = false;

/** Sign in again and come back to this page. */
export function sign_in() {
  location.assign(`/login?lang=${lang}&next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Say something in the page's notice line, with a button if one helps; null takes it away. */
export function say(kind, text, button) {
  const close = () => h("button.plain", { type: "button", "aria-label": t("关闭提示"), onclick: () => say(null) }, icon("cross"));
  document.getElementById("notice").replaceChildren(
    ...(kind ? [h(`div.notice.${kind}`, {}, icon(SYMBOLS[kind]), h("span.grow", {}, text), button, close())] : []),
  );
}

/** The line to the server is alive. */
export function heard() {
  heard_ms = performance.now();
  broken = false;
  show_age();
}

/** The line to the server broke. */
export function lost() {
  broken = heard_ms !== null;
  show_age();
}

/** Whether the line is broken: then the page may be wrong about what is allowed, and the server decides. */
export function is_broken() {
  return broken;
}

/** Show how old the data is; to be called every second. */
export function show_age() {
  const live = document.getElementById("live");
  const quiet_s = heard_ms === null ? 0 : Math.floor((performance.now() - heard_ms) / 1000);
  const old = quiet_s >= OLD_AFTER_S || broken;
  live.classList.toggle("old", old || heard_ms === null);
  live.textContent = heard_ms === null ? t("正在连接…")
    : old ? t("{n} 秒没有消息，正在重连", { n: quiet_s }) : t("实时 · {n} 秒前", { n: quiet_s });
}
