CREATE TABLE appointment (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('booked', 'carried')),
    state TEXT NOT NULL CHECK (state IN ('booked', 'checked_in', 'cancelled', 'missed', 'expired')),
    person BLOB,
    matter TEXT NOT NULL,
    grp TEXT NOT NULL,
    day TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    lang TEXT NOT NULL,
    booked_at INTEGER NOT NULL,
    booked_by TEXT NOT NULL,
    ended_at INTEGER,
    ticket INTEGER REFERENCES ticket (id),
    carried_from INTEGER REFERENCES ticket (id),
    policy INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX appointment_carried ON appointment (carried_from) WHERE carried_from IS NOT NULL;

CREATE INDEX appointment_known ON appointment (day) WHERE person IS NOT NULL;

CREATE UNIQUE INDEX appointment_one_a_day ON appointment (person, day)
    WHERE kind = 'booked' AND state IN ('booked', 'checked_in', 'missed');

CREATE INDEX appointment_open ON appointment (day, starts_at) WHERE state = 'booked';

CREATE INDEX appointment_person ON appointment (person, day) WHERE person IS NOT NULL;

CREATE INDEX appointment_slot ON appointment (grp, starts_at)
    WHERE state IN ('booked', 'checked_in', 'missed');

CREATE INDEX appointment_ticket ON appointment (ticket) WHERE ticket IS NOT NULL;

CREATE TABLE calendar_day (
    date TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('holiday', 'makeup')),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    year INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar_local (
    date TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('closed', 'typhoon', 'half_day', 'open')),
    sessions TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogue_version (
    version INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    stored_by TEXT NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    digest TEXT NOT NULL,
    head TEXT NOT NULL
) STRICT;

CREATE TABLE counter_state (
    counter TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
    clerk TEXT,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE day_key (
    day TEXT NOT NULL,
    public BLOB NOT NULL,
    kiosk TEXT NOT NULL,
    certificate BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (day, public)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE device_health (
    device TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    reporter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unknown', 'ok', 'degraded', 'away', 'fault')),
    code TEXT NOT NULL,
    since INTEGER NOT NULL,
    counter TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE hall_version (
    version INTEGER PRIMARY KEY,
    effective_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    stored_by TEXT NOT NULL,
    toml TEXT NOT NULL
) STRICT;

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    ticket INTEGER,
    visit INTEGER,
    counter TEXT,
    zone TEXT,
    body TEXT NOT NULL
, chain BLOB NOT NULL DEFAULT X'') STRICT;

CREATE INDEX journal_root ON journal (seq) WHERE kind = 'chain.root';

CREATE INDEX journal_ticket ON journal (ticket, seq) WHERE ticket IS NOT NULL;

CREATE TABLE loan (
    counter TEXT NOT NULL,
    grp TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (counter, grp)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE matter (
    version INTEGER NOT NULL REFERENCES catalogue_version (version),
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    zone TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (version, position),
    UNIQUE (version, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pass (
    secret BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('device_key', 'device_cookie', 'staff_cookie', 'staff_token')),
    owner TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX pass_expiry ON pass (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX pass_owner ON pass (owner, kind);

CREATE TABLE quota_use (
    day TEXT NOT NULL,
    quota TEXT NOT NULL,
    session TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (day, quota, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE rating (
    ticket INTEGER PRIMARY KEY REFERENCES ticket (id),
    counter TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    given_at INTEGER NOT NULL,
    given_by TEXT NOT NULL
) STRICT
;

CREATE TABLE series_counter (
    day TEXT NOT NULL,
    series TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_time (
    grp TEXT PRIMARY KEY,
    mean_s REAL NOT NULL,
    n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE skill (
    staff TEXT NOT NULL,
    grp TEXT NOT NULL,
    PRIMARY KEY (staff, grp)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    visit INTEGER NOT NULL REFERENCES visit (id),
    leg INTEGER NOT NULL,
    day TEXT NOT NULL,
    matter TEXT NOT NULL,
    grp TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'parked', 'missed',
                                         'completed', 'cancelled', 'abandoned', 'expired')),
    priority_class TEXT,
    sort_key INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    called_at INTEGER,
    started_at INTEGER,
    ended_at INTEGER,
    last_call_at INTEGER,
    counter TEXT,
    calls INTEGER NOT NULL DEFAULT 0,
    policy INTEGER NOT NULL,
    print_state TEXT NOT NULL DEFAULT 'none', kind INTEGER NOT NULL DEFAULT 0 CHECK (kind IN (0, 1)), reinstated INTEGER NOT NULL DEFAULT 0, back_at INTEGER, errands INTEGER NOT NULL DEFAULT 1 CHECK (errands BETWEEN 1 AND 99),
    UNIQUE (visit, leg)
) STRICT;

CREATE INDEX ticket_done ON ticket (counter, day) WHERE state = 'completed';

CREATE INDEX ticket_missed ON ticket (day, grp, ended_at) WHERE state = 'missed';

CREATE UNIQUE INDEX ticket_one_a_counter ON ticket (counter) WHERE state IN ('called', 'serving');

CREATE UNIQUE INDEX ticket_one_a_visit ON ticket (visit) WHERE state IN ('called', 'serving');

CREATE INDEX ticket_overtakers ON ticket (day, grp, issued_at) WHERE kind = 1 AND called_at IS NOT NULL;

CREATE INDEX ticket_parked ON ticket (counter, ended_at) WHERE state = 'parked';

CREATE INDEX ticket_waiting ON ticket (day, grp, kind, sort_key, id, issued_at, state)
    WHERE state = 'waiting';

CREATE TABLE turn (
    grp TEXT PRIMARY KEY,
    normals INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    number TEXT NOT NULL,
    lang TEXT NOT NULL,
    channel TEXT NOT NULL,
    person BLOB,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (day, number)
) STRICT;

CREATE INDEX visit_person ON visit (person, day) WHERE person IS NOT NULL;
