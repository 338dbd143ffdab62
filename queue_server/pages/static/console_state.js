// What a clerk's page shows, as a pure fold of events over the answer of GET /counters/{counter}, and which moves
// are allowed in it. The push carries the data, so nothing here reads anything again.

/** Rows kept beyond the ten that are shown, so that several calls in a row need no reading. */
const KEPT_ROWS = 60;

const CHANGES = {
  "ticket.issued": issued,
  "ticket.called": called,
  "ticket.recalled": at_hand,
  "ticket.started": at_hand,
  "ticket.completed": completed,
  "ticket.missed": missed,
  "ticket.parked": parked,
  "ticket.resumed": resumed,
  "ticket.returned": returned,
  "ticket.requeued": requeued,
  "ticket.reinstated": reinstated,
  "ticket.transferred": transferred,
  "ticket.abandoned": gone,
  "ticket.cancelled": gone,
  "ticket.expired": gone,
  "slip.printed": slip,
  "slip.failed": slip,
  "counter.lent": lent,
  "counter.opened": counter_changed,
  "counter.closed": counter_changed,
  "counter.paused": counter_changed,
  "counter.resumed": counter_changed,
  "device.help_asked": help_asked,
  "device.help_answered": help_answered,
  // These change everything at once and come once a day at most: the page reads its state anew.
  "day.opened": (state) => ({ ...state, outdated: true }),
  "policy.changed": (state) => ({ ...state, outdated: true }),
  "policy.catalogue_changed": (state) => ({ ...state, outdated: true }),
};

/** The state after `event`; an event at or before `state.seq` changes nothing. */
export function fold(state, event) {
  if (event.seq <= state.seq) return state;
  const change = CHANGES[event.kind];
  return { ...(change ? change(state, event) : state), seq: event.seq };
}

/** Whether the page knows fewer rows than it should show: after many calls the list has to be read again. */
export function lacks_rows(state, shown) {
  return state.waiting.length < Math.min(shown, state.waiting_count);
}

/** For each move null when it is allowed, else a reason: a word and the number that stands in the way. */
export function moves(state) {
  const { state: counter, ticket } = state;
  const number = ticket?.number;
  if (counter === "closed") {
    const why = { word: "closed" };
    return { open: null, close: why, "call-next": why, recall: why, serve: why, finish: why, "no-show": why, park: why, transfer: why, pause: why };
  }
  const called = ticket?.state === "called";
  const none = { word: "nobody" };
  return {
    open: { word: "open" },
    close: ticket ? { word: "at_hand", number } : null,
    "call-next": call_next(state),
    recall: called ? enough_calls(state) : ticket ? { word: "serving", number } : none,
    serve: called ? null : ticket ? { word: "serving", number } : none,
    finish: ticket ? (called ? { word: "not_started", number } : null) : none,
    "no-show": called ? more_calls(state) : ticket ? { word: "serving", number } : none,
    park: ticket ? (called ? { word: "not_started", number } : null) : none,
    transfer: ticket ? null : none,
    pause: null,
  };
}

function enough_calls({ ticket, max_calls }) {
  return ticket.calls < max_calls ? null : { word: "called_out", number: ticket.number };
}

function more_calls({ ticket, max_calls }) {
  return ticket.calls >= max_calls ? null : { word: "call_more", number: ticket.number };
}

function call_next({ state, ticket, waiting_count, parked }) {
  if (ticket) return { word: ticket.state === "called" ? "called" : "finish_first", number: ticket.number };
  if (state === "paused") return { word: "paused" };
  return waiting_count > 0 || parked.some((one) => one.back_at) ? null : { word: "empty" };
}

const mine = (state, event) => event.ticket?.counter === state.counter;
const in_queue = (state, group) => state.groups.includes(group);

function issued(state, { ticket, data }) {
  if (!in_queue(state, data.group) || state.waiting.some((row) => row.id === ticket.id)) return state;
  const { id, number, matter, issued_at, priority_class = null, print_state = "none" } = ticket;
  const row = { id, number, matter, issued_at, priority_class, print_state, order: data.order };
  const whole = state.waiting.length === state.waiting_count;
  const before = state.waiting.findIndex((other) => other.order > row.order || (other.order === row.order && other.id > id));
  const waiting = [...state.waiting];
  // Behind the last known row of a list that is cut off nobody knows its place; only the count grows.
  if (before >= 0) waiting.splice(before, 0, row);
  else if (whole) waiting.push(row);
  return { ...state, waiting: waiting.slice(0, KEPT_ROWS), waiting_count: state.waiting_count + 1 };
}

function without(state, ticket, group) {
  if (!in_queue(state, group)) return state;
  const waiting = state.waiting.filter((row) => row.id !== ticket.id);
  return { ...state, waiting, waiting_count: Math.max(0, state.waiting_count - 1) };
}

function called(state, event) {
  const { ticket, data } = event;
  const waited = (data.was ?? "waiting") === "waiting";
  const rest = waited
    ? without(state, ticket, data.group)
    : { ...state, missed: not_missed(state, ticket), parked: not_parked(state, ticket) };
  return at_hand(rest, event);
}

function at_hand(state, event) {
  return mine(state, event) ? { ...state, ticket: event.ticket } : state;
}

function completed(state, event) {
  if (!mine(state, event)) return state;
  const mean_service_s = Math.round(event.data?.group_mean_s ?? state.mean_service_s);
  const { ticket } = event;
  return { ...left(state, ticket), last: ticket, served_today: state.served_today + 1, mean_service_s };
}

function missed(state, event) {
  const { ticket } = event;
  const freed = mine(state, event) ? { ...left(state, ticket), parked: not_parked(state, ticket) } : state;
  return in_queue(state, event.data.group) ? { ...freed, missed: [ticket, ...not_missed(state, ticket)] } : freed;
}

function gone(state, event) {
  const { ticket } = event;
  if (event.data?.was === "waiting") return without(state, ticket, event.data.group);
  return { ...left(state, ticket), missed: not_missed(state, ticket), parked: not_parked(state, ticket) };
}

function parked(state, event) {
  const { ticket } = event;
  return mine(state, event) ? { ...left(state, ticket), parked: [...not_parked(state, ticket), ticket] } : state;
}

function resumed(state, event) {
  return mine(state, event) ? { ...state, ticket: event.ticket, parked: not_parked(state, event.ticket) } : state;
}

/** Whoever was parked is back: at this counter they are called next; if it closed they wait in the queue again. */
function returned(state, event) {
  const { ticket } = event;
  if (ticket.state === "waiting") return issued({ ...state, parked: not_parked(state, ticket) }, event);
  return { ...state, parked: state.parked.map((old) => (old.id === ticket.id ? ticket : old)) };
}

/** An agent with more matters goes to the tail of the queue. */
function requeued(state, event) {
  return issued(left(state, event.ticket), event);
}

function reinstated(state, event) {
  return issued({ ...state, missed: not_missed(state, event.ticket) }, event);
}

function transferred(state, event) {
  const { ticket, data } = event;
  const freed = data.was === "waiting" ? without(state, ticket, data.from_group) : left(state, ticket);
  return issued(freed, event);
}

function lent(state, event) {
  // What a loan brings is a queue that this page has never seen: it is read.
  return event.counter === state.counter ? { ...state, outdated: true } : state;
}

function left(state, ticket) {
  return state.ticket?.id === ticket.id ? { ...state, ticket: null } : state;
}

function not_missed(state, ticket) {
  return state.missed.filter((old) => old.id !== ticket.id);
}

function not_parked(state, ticket) {
  return state.parked.filter((old) => old.id !== ticket.id);
}

function slip(state, { ticket }) {
  const { id, print_state = "none" } = ticket;
  const waiting = state.waiting.map((row) => (row.id === id ? { ...row, print_state } : row));
  const at_my_hand = state.ticket?.id === id ? { ...state.ticket, print_state } : state.ticket;
  return { ...state, waiting, ticket: at_my_hand };
}

function counter_changed(state, event) {
  if (event.counter !== state.counter) return state;
  return { ...state, state: event.data.state, clerk: event.data.clerk ?? null };
}

function help_asked(state, { seq, at, data }) {
  return { ...state, help: [...state.help, { seq, at, ...data }] };
}

function help_answered(state, { data }) {
  return { ...state, help: state.help.filter((one) => one.seq !== data.asked) };
}
