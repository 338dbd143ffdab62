// How the zones of a board and their counters are divided into pages; pure. A page is filled with rows; a row holds one
// zone over the whole width, or two side by side, or one zone stands beside all the others. What does not fit goes to a
// further page, and the board turns pages. It depends only on how many counters each zone has, so it is the same all day.

/**
 * Divide zones, given as `[[zone, counters], …]`. `room` tells what fits: `columns` of cells over the whole width,
 * `height` of the area, `head` of a zone's title, `gap` between rows, and `cell`, the least height of a cell with its
 * gap; all in the same unit. Returns pages of rows of stacks of sections `{zone, first, count, columns, lines}`.
 */
export function pages(counts, room) {
  const filled = [];
  for (const piece of pieces(counts, room)) {
    const page = filled.at(-1);
    if (page && best([...page, piece], room)) page.push(piece);
    else filled.push([piece]);
  }
  return filled.map((page) => best(page, room));
}

/** How many lines of cells and how many titles stand above each other in a row, at most. */
export function extent(row) {
  return {
    lines: Math.max(...row.map((stack) => stack.reduce((sum, section) => sum + section.lines, 0))),
    heads: Math.max(...row.map((stack) => stack.length)),
  };
}

/** A zone that no page can hold is cut. */
function pieces(counts, { columns, height, head, cell }) {
  const most = columns * Math.max(1, Math.floor((height - head) / cell));
  return counts.flatMap(([zone, count]) => {
    const parts = Math.ceil(count / most);
    const each = Math.ceil(count / Math.max(1, parts) / columns) * columns;
    return Array.from({ length: parts }, (_, at) => ({ zone, first: at * each, count: Math.min(each, count - at * each) }));
  });
}

/** The arrangement with the highest cells, or null when none is high enough; if two read as well, the one with more rows. */
function best(page, room) {
  let found = null;
  for (const rows of arrangements(page, room.columns)) {
    const sizes = rows.map(extent);
    const lines = sizes.reduce((sum, size) => sum + size.lines, 0);
    const fixed = sizes.reduce((sum, size) => sum + size.heads * room.head + (size.heads - 1) * room.gap, 0);
    const high = (room.height - fixed - (rows.length - 1) * room.gap) / lines;
    const rank = Math.min(high, 1.5 * room.cell) + rows.length / 100;
    if (high >= room.cell && (!found || rank > found.rank)) found = { rank, rows };
  }
  return found && found.rows;
}

function* arrangements(page, columns) {
  yield* rows_of(page, columns);
  if (page.length < 3) return;
  for (const alone of page) {
    const others = page.filter((piece) => piece !== alone);
    for (const left of splits(columns)) {
      const stacks = [[alone], others].map((stack, at) => stack.map((piece) => section(piece, at ? columns - left : left)));
      yield [alone === page[0] ? stacks : stacks.toReversed()];
    }
  }
}

function* rows_of(page, columns) {
  if (!page.length) {
    yield [];
    return;
  }
  const [first, second] = page;
  for (const rest of rows_of(page.slice(1), columns)) yield [[[section(first, columns)]], ...rest];
  if (!second) return;
  for (const left of splits(columns)) {
    const row = [[section(first, left)], [section(second, columns - left)]];
    for (const rest of rows_of(page.slice(2), columns)) yield [row, ...rest];
  }
}

/** A section narrower than two cells has no room for its name and its wait. */
function splits(columns) {
  return Array.from({ length: Math.max(0, columns - 3) }, (_, at) => at + 2);
}

function section(piece, columns) {
  return { ...piece, columns, lines: Math.ceil(piece.count / columns) };
}
