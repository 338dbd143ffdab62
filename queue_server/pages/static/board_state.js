// What the server told of a board, put together; pure. The server has folded the events: here new things only take the
// place of old ones. What is decided here is which calls are to be shown as just made.

const BAND_S = 20;
const OLD_CALL_S = 90;

/**
 * Take a frame of the stream into what is known (null at first). Returns `{known, called, anew}`: `called` are the
 * calls to show now, oldest first, and `anew` says that the board does not continue the one before. `now_ms` is the
 * server's time.
 */
export function take(known, frame, now_ms) {
  if (frame.kind === "board.state") return take_whole(known, frame, now_ms);
  const board = { ...known.board, seq: frame.seq };
  for (const part of ["zones", "counters"]) board[part] = { ...board[part], ...frame[part] };
  if (frame.called.length) board.calls = frame.calls;
  if (frame.notices) board.notices = frame.notices;
  if (frame.root) Object.assign(board, { root: frame.root, root_hour: frame.root_hour });
  return { known: { ...known, board }, called: frame.called, anew: false };
}

function take_whole(known, { board, plan }, now_ms) {
  const anew = !known || known.board.epoch !== board.epoch || known.board.day !== board.day;
  // A board that comes back shows what it missed; one that starts, what the others still show.
  const missed = (call) => call.seq > known.board.seq;
  const current = (call) => age_s(call, now_ms) < BAND_S || stands(board, call);
  return { known: { board, plan }, called: board.calls.filter(anew ? current : missed).toReversed(), anew };
}

/**
 * Whether a call that waits for its band still has to be shown. After a broken line the calls of minutes come at once:
 * who was served meanwhile need not be called again; whoever has not come yet must be, however old the call is.
 */
export function wanted(board, call, now_ms) {
  return age_s(call, now_ms) < OLD_CALL_S || stands(board, call);
}

/** Whether the person called has not come to the counter yet. */
export function stands(board, call) {
  const cell = board.counters[call.counter];
  return Boolean(cell && cell.called && cell.number === call.number);
}

function age_s(call, now_ms) {
  return (now_ms - Date.parse(call.at)) / 1000;
}

/** The counters of a zone, in the order of the hall. */
export function counters_of(board, zone) {
  return Object.values(board.counters).filter((cell) => cell.zone === zone);
}

/** The latest calls that stand in no band, newest first. */
export function recent(board, showing, most) {
  const standing = showing.bands.filter(Boolean).map(({ call }) => `${call.number} ${call.zone}`);
  return board.calls.filter((call) => !standing.includes(`${call.number} ${call.zone}`)).slice(0, most);
}
