// The event stream of the server, kept alive. EventSource resumes by itself with Last-Event-ID after a break; it
// gives up after an answer that is no stream (a server just starting) and does not notice a line that died
// without a word. Both are mended here.

const SILENCE_MS = 25000;
const SLOWEST_MS = 8000;

/**
 * Follow one topic. `from()` tells after which journal row to go on, as `{seq, epoch}`, or null before anything
 * was read. `on.event(event)` gets each event, `on.reset()` says that the state must be read anew,
 * `on.news()` that the line is alive, `on.lost()` that it broke.
 */
export function follow(topic, kinds, from, on) {
  let source = null;
  let heard_ms = performance.now();
  let again_ms = 500;
  let timer = null;

  const news = () => {
    heard_ms = performance.now();
    on.news();
  };

  function open() {
    const place = from();
    const query = new URLSearchParams(topic);
    if (place) {
      query.set("after", place.seq);
      query.set("epoch", place.epoch);
    }
    source = new EventSource(`/api/v1/stream?${query}`);
    source.onopen = () => {
      again_ms = 500;
      news();
      on.opened?.();
    };
    source.onerror = () => {
      on.lost();
      if (source.readyState === EventSource.CLOSED) later();
    };
    source.addEventListener("beat", news);
    source.addEventListener("reset", () => {
      news();
      source.close();
      on.reset();
      later();
    });
    for (const kind of kinds) {
      source.addEventListener(kind, (message) => {
        news();
        on.event(JSON.parse(message.data));
      });
    }
  }

  function later() {
    clearTimeout(timer);
    source.close();
    timer = setTimeout(open, again_ms);
    again_ms = Math.min(again_ms * 2, SLOWEST_MS);
  }

  setInterval(() => {
    if (performance.now() - heard_ms < SILENCE_MS) return;
    heard_ms = performance.now();
    on.lost();
    later();
  }, 1000);
  addEventListener("pagehide", () => source.close());
  open();
}
