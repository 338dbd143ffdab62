// Staff sign-in. A wrong password keeps the name, empties the password and says what to do.

import { h, icon } from "/static/dom.js";
import { post } from "/static/server.js";
import { t } from "/static/words.js";

const form = document.getElementById("sign-in");
const button = form.querySelector("button");
let running = false;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (running) return;
  const name = form.elements.name.value.trim();
  const password = form.elements.password.value;
  if (!name || !password) return wrong(name ? "password" : "name", t("请填用户名和密码。"));
  running = true;
  button.setAttribute("aria-busy", "true");
  button.replaceChildren(h("i.ring"), t("正在登录…"));
  try {
    await post("/api/v1/session", { name, password });
    location.assign(place());
  } catch (error) {
    form.elements.password.value = "";
    wrong("password", error.message);
  } finally {
    running = false;
    button.removeAttribute("aria-busy");
    button.replaceChildren(t("登录"));
  }
});

function wrong(field, text) {
  for (const input of form.querySelectorAll("input")) input.removeAttribute("aria-invalid");
  form.elements[field].setAttribute("aria-invalid", "true");
  form.elements[field].focus();
  document.getElementById("notice").replaceChildren(h("div.notice.error", {}, icon("warning"), h("span", {}, text)));
}

/** Where to go after it: only to a page of this server. */
function place() {
  const wanted = new URL(document.body.dataset.next || "/clerk", location.origin);
  return wanted.origin === location.origin ? wanted.pathname + wanted.search : "/clerk";
}
