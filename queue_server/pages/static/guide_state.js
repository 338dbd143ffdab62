// What a guide's page shows, as a pure fold of events over the answer of GET /guide.

const OUTDATING = new Set(["day.opened", "policy.changed", "policy.catalogue_changed"]);
const LISTS = ["waiting", "missed", "parked"];
const LONG_WAIT_MS = 30 * 60000;
const LONG_PARKED_MS = 10 * 60000;

/** The state after `event`; an event at or before `state.seq` changes nothing. */
export function fold(state, event) {
  if (event.seq <= state.seq) return state;
  return { ...changed(state, event), seq: event.seq };
}

function changed(state, { kind, seq, at, ticket, data = {} }) {
  if (kind === "device.help_asked") return { ...state, help: [...state.help, { seq, at, ...data }] };
  if (kind === "device.help_answered") return { ...state, help: state.help.filter((one) => one.seq !== data.asked) };
  if (OUTDATING.has(kind)) return { ...state, outdated: true };
  // What expires belongs to a day that this page has forgotten.
  if (!kind.startsWith("ticket.") || kind === "ticket.expired") return state;
  return moved(state, ticket, data);
}

/** A ticket leaves the list of the state that it had and enters that of the state that it has. */
function moved(state, ticket, { was, from_zone }) {
  const after = { ...state };
  for (const list of LISTS) after[list] = state[list].filter((one) => one.id !== ticket.id);
  if (LISTS.includes(ticket.state)) after[ticket.state] = [...after[ticket.state], ticket];
  const left = was === "waiting" ? (from_zone ?? ticket.zone) : null;
  const entered = ticket.state === "waiting" ? ticket.zone : null;
  if (left === entered) return after;
  const by = (zone) => (zone.id === entered ? 1 : 0) - (zone.id === left ? 1 : 0);
  after.zones = state.zones.map((zone) => ({ ...zone, waiting: Math.max(0, zone.waiting + by(zone)) }));
  return after;
}

/** Whom a guide should look after: missed, parked for long, waiting for long; each with the reason. */
export function attention(state, now_ms) {
  const since = (time) => now_ms - Date.parse(time);
  const long = (list, time, limit) => list.filter((one) => since(one[time]) >= limit).sort((a, b) => since(b[time]) - since(a[time]));
  return [
    ...[...state.missed].sort((a, b) => since(a.ended_at) - since(b.ended_at)).map((ticket) => ({ why: "missed", since: ticket.ended_at, ticket })),
    ...long(state.parked.filter((one) => !one.back_at), "ended_at", LONG_PARKED_MS).map((ticket) => ({ why: "parked", since: ticket.ended_at, ticket })),
    ...long(state.waiting, "issued_at", LONG_WAIT_MS).map((ticket) => ({ why: "waiting", since: ticket.issued_at, ticket })),
  ];
}

/** When the first of those who wait in a zone came; null when nobody does. */
export function oldest(state, zone) {
  const times = state.waiting.filter((one) => one.zone === zone).map((one) => one.issued_at);
  return times.length ? times.reduce((first, time) => (time < first ? time : first)) : null;
}
