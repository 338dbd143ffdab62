// Which calls stand in the big bands now, and which wait for their turn. Pure, and held against the same table of cases
// as the other boards. A call stands 20 s, or gives way to the next one after 5 s; a recall starts its band anew. When
// more calls come than two bands can show within two turns, the board takes more and smaller bands, and goes back when
// the rush is over. A counter has one place in the line, and its older band ends after 5 s. Seconds are those of any
// clock that only goes forward.

/** So many bands there may be; a board whose numbers must be large leaves the last ones out. */
export const LEVELS = [2, 6, 18];

const LEAST_S = 5;
const BAND_S = 20;
const PULSES = 3;
const PULSE_S = 1;

/** Nobody is called, nobody waits for a turn. */
export const nobody = { bands: Array(LEVELS[0]).fill(null), waiting: [] };

/** Take in a call that was just made; `advance` gives it its band. */
export function hear({ bands, waiting }, call, now_s) {
  const place = bands.findIndex((band) => band && same(band.call, call));
  if (place >= 0) return { bands: bands.with(place, { call, since_s: now_s }), waiting };
  const turn = waiting.findIndex((known) => same(known, call) || (call.counter && known.counter === call.counter));
  return { bands, waiting: turn >= 0 ? waiting.with(turn, call) : [...waiting, call] };
}

/** Let go of waiting calls that nobody needs to see any more. */
export function keep({ bands, waiting }, wanted) {
  return { bands, waiting: waiting.filter(wanted) };
}

/** Let time pass: bands end, and waiting calls take the free ones or the longest shown. */
export function advance(showing, now_s, levels = LEVELS) {
  let bands = Array.from({ length: Math.max(levels.at(-1), showing.bands.length) }, (_, place) => {
    const band = showing.bands[place];
    return band && now_s - band.since_s < stay_s(band, showing) ? band : null;
  });
  let { waiting } = showing;
  const used = bands_needed(bands, waiting.length, now_s, levels);
  while (waiting.length) {
    const place = place_for_next(bands.slice(0, used), now_s);
    if (place < 0) break;
    bands = bands.with(place, { call: waiting[0], since_s: now_s });
    waiting = waiting.slice(1);
  }
  const last = bands.findLastIndex(Boolean);
  return { bands: bands.slice(0, levels.find((level) => level > last)), waiting };
}

/** Whether a band is filled now; it pulses three times at 1 Hz, then stays filled. */
export function bright(band, now_s) {
  const age_s = now_s - band.since_s;
  return age_s >= PULSES * PULSE_S || age_s % PULSE_S < PULSE_S / 2;
}

/** Seconds until something looks different, or Infinity while nothing is called. */
export function next_change_s(showing, now_s) {
  return Math.min(...showing.bands.map((band) => (band ? changes_in(band, showing, now_s) : Infinity)));
}

function changes_in(band, showing, now_s) {
  const age_s = Math.max(0, now_s - band.since_s);
  const steps = [showing.waiting.length ? LEAST_S : BAND_S, stay_s(band, showing)];
  for (let step = 1; step <= 2 * PULSES; step += 1) steps.push((step * PULSE_S) / 2);
  const later = steps.filter((step) => step > age_s).map((step) => step - age_s);
  return later.length ? Math.min(...later) : 0;
}

/** How long a band stands at most: a counter that has called somebody else is done with its last one. */
function stay_s({ call: { counter }, since_s }, { bands, waiting }) {
  const called_on = waiting.some((call) => call.counter === counter)
    || bands.some((other) => other && other.call.counter === counter && other.since_s > since_s);
  return counter && called_on ? LEAST_S : BAND_S;
}

/** The fewest bands in which every waiting call stands now or in the next turn. */
function bands_needed(bands, waiting, now_s, levels) {
  const enough = (level) => waiting - bands.slice(0, level).filter((band) => gives_way(band, now_s)).length <= level;
  return levels.find(enough) ?? levels.at(-1);
}

function gives_way(band, now_s) {
  return !band || now_s - band.since_s >= LEAST_S;
}

/** The first free band, else the one shown longest, if any has been shown long enough. */
function place_for_next(bands, now_s) {
  const free = bands.indexOf(null);
  if (free >= 0) return free;
  const ready = bands.filter((band) => gives_way(band, now_s));
  if (!ready.length) return -1;
  return bands.indexOf(ready.reduce((old, band) => (band.since_s < old.since_s ? band : old)));
}

function same(one, other) {
  return one.number === other.number && one.zone === other.zone;
}
