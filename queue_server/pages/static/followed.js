// A state of the server that a page keeps true: read once, then events folded on top. Nothing is read anew unless
// the page knows too little.

import { follow } from "/static/live.js";
import { heard, lost, say, sign_in } from "/static/page_parts.js";
import { get } from "/static/server.js";
import { set_server_time } from "/static/time.js";

const AGAIN_MS = 1500;

/**
 * Keep the answer of GET `path` true by the events of `topic`. `fold(state, event)` is pure; `stale(state)` says that
 * the page knows too little and must read; `changed(state, event)` draws, with the event where there was one.
 */
export function followed({ path, topic, fold, stale, changed }) {
  let state = null;
  let early = [];
  let reading = null;

  /** Read the whole state; events that come meanwhile are folded on top. Two readings never overlap. */
  function read() {
    reading ??= get(path)
      .then(take, (error) => {
        if (error.status === 401) sign_in();
        else if (error.status < 500) say("error", error.message);
        else setTimeout(read, AGAIN_MS);
      })
      .finally(() => (reading = null));
    return reading;
  }

  /** Take a whole state that the server answered; an older one than that which is known changes nothing. */
  function take(answer) {
    if (answer.epoch !== state?.epoch || answer.seq >= state.seq) {
      set_server_time(answer.at);
      state = answer;
      for (const event of early) state = fold(state, event);
    }
    early = [];
    changed(state, null);
  }

  function on_event(event) {
    if (reading || !state) early.push(event);
    if (!state) return;
    state = fold(state, event);
    if (stale(state)) read();
    changed(state, event);
  }

  /** Read for the first time, then follow the stream for as long as the page lives. */
  async function start() {
    await read();
    follow(topic, () => state && { seq: state.seq, epoch: state.epoch }, {
      event: on_event,
      reset: () => {
        if (state) state = { ...state, seq: -1 };
        read();
      },
      news: heard,
      lost: (status) => {
        if (status === 401) sign_in();
        lost();
      },
    });
  }

  return { read, take, start };
}
