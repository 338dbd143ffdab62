// How a board's browser gets in: it shows the device key once and is given a cookie. The key comes in the address behind
// `#`, which a browser never sends anywhere, or is typed on the screen.

import { lang, t } from "/static/words.js";

/** Take the key out of the address, if there is one. */
export async function key_from_address() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!key) return;
  history.replaceState(null, "", location.pathname + location.search);
  await sign_in(key);
}

/** Ask for the key on the screen, unless it is asked for already. */
export function ask_key() {
  const form = document.getElementById("key");
  if (!form.hidden) return;
  form.hidden = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const refused = await sign_in(form.elements.key.value.trim());
    form.querySelector("output").textContent = refused ?? "";
    form.hidden = !refused;
    if (!refused) form.reset();
  };
}

/** Resolves to null, or to the sentence in which the server says no. */
async function sign_in(key) {
  try {
    const headers = { Authorization: `Bearer ${key}`, "Accept-Language": lang };
    const answer = await fetch("/api/v1/device-session", { method: "POST", headers, signal: AbortSignal.timeout(8000) });
    const told = await answer.json();
    // From now on changes are made with the cookie, and with the token that belongs to it.
    if (answer.ok) document.body.dataset.csrf = told.csrf;
    return answer.ok ? null : told.title;
  } catch {
    return t("连不上服务器。请稍等再试。");
  }
}
