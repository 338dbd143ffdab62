// Talking to the server: one request, one answer. A change carries an idempotency key and the CSRF token; if the
// line breaks before the answer comes, the same key is sent again, so that nothing is done twice.

import { lang, t } from "/static/words.js";

const ANSWER_MS = 8000;
const AGAIN_AFTER_MS = [300, 1000, 2000, 4000];

/** The server said no; `message` is its sentence, `code` is stable. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.title || problem.detail || problem.code);
    this.code = problem.code;
    this.status = problem.status;
  }
}

/** The server could not be reached, or did not answer in time. */
export class Away extends Error {
  constructor() {
    super(t("连不上服务器。已经办好的不受影响，请稍等再试。"));
    this.code = "away";
  }
}

/** Read something; resolves to the JSON answer. */
export function get(path) {
  return request(path, { method: "GET" });
}

/** Change something; resolves to the JSON answer, or null when the server answers with nothing (204). */
export function post(path, body = {}) {
  return change("POST", path, body);
}

/** Take something away; resolves once it is gone. */
export function remove(path) {
  return change("DELETE", path, {});
}

/** End the session of whoever is signed in here, then show the sign-in. A session that is over is no trouble. */
export async function leave() {
  try {
    await remove("/api/v1/session");
  } catch (error) {
    if (error instanceof Away) throw error;
  }
  location.assign(`/login?lang=${lang}`);
}

async function change(method, path, body) {
  const options = {
    method,
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "Idempotency-Key": key(), "X-CSRF-Token": document.body.dataset.csrf ?? "" },
  };
  for (const wait_ms of AGAIN_AFTER_MS) {
    try {
      return await request(path, options);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }
  return request(path, options);
}

async function request(path, options) {
  const headers = { Accept: "application/json", "Accept-Language": lang, ...options.headers };
  let answer, text;
  try {
    answer = await fetch(path, { ...options, headers, signal: AbortSignal.timeout(ANSWER_MS), cache: "no-store" });
    text = await answer.text();
  } catch {
    throw new Away();
  }
  const value = text ? parse(text) : null;
  if (answer.ok) return value;
  throw new Refused(value?.code ? value : { code: "unreadable", title: t("服务器的回答看不懂。请再试一次。"), status: answer.status });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function key() {
  // randomUUID exists only on https and localhost, and a hall's own network often has neither.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
