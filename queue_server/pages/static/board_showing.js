// Which calls stand in the two big bands now, and which wait for their turn. Pure, and held against the same table of
// cases as the other boards: a call stands 20 s, or gives way to the next one after 5 s; calls made at the same time
// are shown one after the other; a recall starts its band anew. Seconds are those of any clock that only goes forward.

const LEAST_S = 5;
const BAND_S = 20;
const PULSES = 3;
const PULSE_S = 1;

/** Nobody is called: two empty bands, nobody waits for a turn. */
export const nobody = { bands: [null, null], waiting: [] };

/** Take in a call that was just made. */
export function hear(showing, call, now_s) {
  const { bands, waiting } = showing;
  const place = bands.findIndex((band) => band && same(band.call, call));
  if (place >= 0) return advance(put(showing, place, call, now_s), now_s);
  const known = waiting.some((other) => same(other, call));
  const queue = known ? waiting.map((other) => (same(other, call) ? call : other)) : [...waiting, call];
  return advance({ bands, waiting: queue }, now_s);
}

/** Let time pass: bands end, and waiting calls take the free ones or the longest shown. */
export function advance(showing, now_s) {
  const bands = showing.bands.map((band) => (band && now_s - band.since_s >= BAND_S ? null : band));
  let after = { ...showing, bands };
  while (after.waiting.length) {
    const place = place_for_next(after.bands, now_s);
    if (place < 0) break;
    const [call, ...waiting] = after.waiting;
    after = { ...put(after, place, call, now_s), waiting };
  }
  return after;
}

/** Whether a band is filled now; it pulses three times at 1 Hz, then stays filled. */
export function bright(band, now_s) {
  const age_s = now_s - band.since_s;
  return age_s >= PULSES * PULSE_S || age_s % PULSE_S < PULSE_S / 2;
}

/** Seconds until something looks different, or Infinity while nothing is called. */
export function next_change_s({ bands, waiting }, now_s) {
  return Math.min(...bands.map((band) => (band ? changes_in(band, waiting.length > 0, now_s) : Infinity)));
}

function changes_in(band, contested, now_s) {
  const age_s = Math.max(0, now_s - band.since_s);
  const steps = contested ? [BAND_S, LEAST_S] : [BAND_S];
  for (let step = 1; step <= 2 * PULSES; step += 1) steps.push((step * PULSE_S) / 2);
  const later = steps.filter((step) => step > age_s).map((step) => step - age_s);
  return later.length ? Math.min(...later) : 0;
}

function place_for_next(bands, now_s) {
  const free = bands.indexOf(null);
  if (free >= 0) return free;
  const old = bands.filter((band) => now_s - band.since_s >= LEAST_S).sort((one, other) => one.since_s - other.since_s);
  return old.length ? bands.indexOf(old[0]) : -1;
}

function put(showing, place, call, now_s) {
  return { ...showing, bands: showing.bands.map((band, at) => (at === place ? { call, since_s: now_s } : band)) };
}

function same(one, other) {
  return one.number === other.number && one.zone === other.zone;
}
