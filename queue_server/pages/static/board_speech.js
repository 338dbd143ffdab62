// What a board says next: order, repetitions, and which calls are not said any more. Pure, by the rules of docs/voice.md
// that the hall's announcer keeps too. A call is `{seq, number, zone, counter, call, called_s, said}`; seconds are those
// of a clock that only goes forward.

const REPEAT_MAY_DELAY_S = 5;
const HURRY_S = 15;

/** Nothing waits to be said; `told` is the newest call that was heard. */
export const silence = { told: 0, waiting: [], again: null };

/** Take in a call that was made. Nobody hears it in quiet times, and nothing is kept for later. */
export function hear(speech, call, quiet) {
  if (call.seq <= speech.told) return speech;
  if (quiet) return { ...silence, told: call.seq };
  const same = speech.waiting.find((known) => same_number(known, call));
  const fresh = same ? { ...call, seq: same.seq, call: same.call } : call;
  const waiting = [...speech.waiting.filter((known) => !replaces(call, known)), fresh];
  return { told: call.seq, waiting, again: speech.again && !replaces(call, speech.again.call) ? speech.again : null };
}

/** Let go of calls that nobody needs to hear any more. */
export function keep(speech, wanted) {
  const { told, waiting, again } = speech;
  return { told, waiting: waiting.filter(wanted), again: again && wanted(again.call) ? again : null };
}

/** Begin to speak: what was called up to the journal row `seq` is said already. */
export function begin({ told, waiting }, seq) {
  return { ...silence, told: Math.max(told, seq), waiting: waiting.filter((call) => call.seq > seq) };
}

/** Forget all that waits: another player speaks. */
export function drop({ told }) {
  return { ...silence, told };
}

/**
 * What to say now, as `[speech, {call, chime, nth}]`, null for nothing. Whoever asks says it before asking again.
 * `rules` are `{times, stale_s}`.
 */
export function say(speech, rules, now_s) {
  const waiting = speech.waiting.filter((call) => now_s - call.called_s <= rules.stale_s);
  const oldest_s = Math.max(0, ...waiting.map((call) => now_s - call.called_s));
  if (speech.again && oldest_s <= REPEAT_MAY_DELAY_S) {
    const said = { ...speech.again, nth: speech.again.nth + 1, chime: false };
    return [{ ...speech, waiting, again: more(said, rules) }, said];
  }
  if (!waiting.length) return [drop(speech), null];
  const call = waiting.reduce((first, other) => (order(other, first) < 0 ? other : first));
  const hurried = oldest_s > HURRY_S;
  const said = { call, chime: !hurried, nth: 1 };
  const left = waiting.filter((other) => other !== call);
  return [{ ...speech, waiting: left, again: hurried ? null : more(said, rules) }, said];
}

/** Whether a local time of day (`HH:MM`) lies in one of the spans; an end is not in its span. */
export function is_quiet(spans, time) {
  return spans.some(([starts, ends]) => starts <= time && time < ends);
}

/** First calls before recalls, each in the order of the journal. */
function order(one, other) {
  return Number(one.call > 1) - Number(other.call > 1) || one.seq - other.seq;
}

function replaces(call, known) {
  return same_number(call, known) || call.counter === known.counter;
}

function same_number(one, other) {
  return one.number === other.number && one.zone === other.zone;
}

function more(said, { times }) {
  return said.nth < times ? said : null;
}
