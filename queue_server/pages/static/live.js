// The event stream of the server, kept alive. It is read with fetch and not with EventSource, because a page must
// know how old its data is: EventSource hides the heartbeats, and with them a line that died without a word.

import { lang } from "/static/words.js";

const SILENCE_MS = 20000;
const FIRST_AGAIN_MS = 500;
const SLOWEST_MS = 5000;

/**
 * Follow one topic for as long as the page lives. `from()` tells after which journal row to go on, as
 * `{seq, epoch}`, or null before anything was read. `on.event(event)` gets each event, `on.reset()` says that the
 * state must be read anew, `on.news()` that the line is alive, `on.lost(status)` that it broke; `status` is that of
 * a refusal, else 0.
 */
export async function follow(topic, from, on) {
  let again_ms = FIRST_AGAIN_MS;
  for (;;) {
    let heard = false;
    const status = await read(topic, from(), {
      ...on,
      news: () => {
        heard = true;
        on.news();
      },
    });
    on.lost(status);
    again_ms = heard ? FIRST_AGAIN_MS : Math.min(again_ms * 2, SLOWEST_MS);
    // Pages that lost the same server must not all come back in the same instant.
    await new Promise((resolve) => setTimeout(resolve, again_ms * (0.7 + 0.6 * Math.random())));
  }
}

/** Read one connection to its end; resolves to the status of a refusal, or 0. */
async function read(topic, place, on) {
  const query = new URLSearchParams(place ? { ...topic, epoch: place.epoch } : topic);
  const headers = { Accept: "text/event-stream", "Accept-Language": lang };
  if (place) headers["Last-Event-ID"] = String(place.seq);
  const end = new AbortController();
  let watch = setTimeout(() => end.abort(), SILENCE_MS);
  const news = () => {
    clearTimeout(watch);
    watch = setTimeout(() => end.abort(), SILENCE_MS);
    on.news();
  };
  try {
    const answer = await fetch(`/api/v1/stream?${query}`, { headers, cache: "no-store", signal: end.signal });
    if (!answer.ok) return answer.status;
    const take = parser(on);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 0;
      news();
      take(value);
    }
  } catch {
    return 0;
  } finally {
    clearTimeout(watch);
    end.abort();
  }
}

/** Turn pieces of text, cut anywhere, into events; a comment line is a heartbeat and only counts as news. */
export function parser(on) {
  let rest = "";
  let kind = "";
  let data = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith("event:")) kind = line.slice(6).trim();
      else if (line.startsWith("data:")) data += line.slice(5).trim();
      else if (line === "") {
        if (kind === "reset") on.reset();
        else if (data) on.event(JSON.parse(data));
        kind = data = "";
      }
    }
  };
}
