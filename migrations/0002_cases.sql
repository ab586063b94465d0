-- Cases: what was judged, what was done about it. What a person wrote stands in rows that can be erased
-- (case_payloads, case_notes, kept_attachments); ids, hashes and counts stay.

CREATE TABLE cases (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    guild              INTEGER NOT NULL,
    number             INTEGER NOT NULL CHECK (number >= 1),
    state              TEXT    NOT NULL CHECK (state IN ('open', 'confirmed', 'restored')),
    author             INTEGER NOT NULL,
    channel            INTEGER NOT NULL,
    message            INTEGER NOT NULL,
    revision           BLOB    NOT NULL CHECK (length(revision) = 32),  -- SHA-256 of the texts as judged
    level              TEXT    NOT NULL,
    score              INTEGER NOT NULL,
    category           TEXT    NOT NULL,
    severity           TEXT    NOT NULL,
    rules              TEXT    NOT NULL CHECK (json_valid(rules)),      -- ids of the rules that hit
    actions            TEXT    NOT NULL CHECK (json_valid(actions)),
    removes            INTEGER NOT NULL CHECK (removes IN (0, 1)),      -- whether the actions remove the message
    softened           TEXT,
    card_channel       INTEGER,
    card_message       INTEGER,
    author_unreachable INTEGER NOT NULL DEFAULT 0 CHECK (author_unreachable IN (0, 1)),
    opened_at          INTEGER NOT NULL,
    decided_at         INTEGER,
    restored_webhook   INTEGER,
    restored_message   INTEGER,
    UNIQUE (guild, id),
    UNIQUE (guild, number),
    UNIQUE (guild, message, revision),
    CHECK ((card_channel IS NULL) = (card_message IS NULL)),
    CHECK ((restored_webhook IS NULL) = (restored_message IS NULL))
) STRICT;

CREATE INDEX cases_by_author ON cases (guild, author, id);
CREATE INDEX cases_by_state ON cases (guild, state, id);
CREATE INDEX cases_by_age ON cases (coalesce(decided_at, opened_at));

CREATE TABLE case_payloads (
    case_id  INTEGER PRIMARY KEY REFERENCES cases (id),
    evidence TEXT NOT NULL CHECK (json_valid(evidence)),  -- the message as judged, secrets replaced
    findings TEXT NOT NULL CHECK (json_valid(findings))   -- quote the message
) STRICT;

CREATE TABLE case_events (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    deed    TEXT    NOT NULL,
    actor   INTEGER,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER case_events_are_not_changed BEFORE UPDATE ON case_events
BEGIN SELECT RAISE(ABORT, 'case_events is append-only'); END;

CREATE TRIGGER case_events_are_not_removed BEFORE DELETE ON case_events
BEGIN SELECT RAISE(ABORT, 'case_events is append-only'); END;

CREATE TABLE case_notes (
    case_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    note    TEXT    NOT NULL,
    PRIMARY KEY (case_id, ordinal),
    FOREIGN KEY (case_id, ordinal) REFERENCES case_events (case_id, ordinal)
) STRICT;

CREATE TABLE kept_attachments (
    case_id    INTEGER NOT NULL REFERENCES cases (id),
    attachment INTEGER NOT NULL,
    filename   TEXT    NOT NULL,
    bytes      BLOB,
    PRIMARY KEY (case_id, attachment)
) STRICT;
