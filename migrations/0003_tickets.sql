-- Tickets: the row is the ticket, its thread is a view of it. What people wrote stands in rows that can be erased
-- (ticket_payloads, ticket_notes, escalation_packets); ids and counts stay.

CREATE TABLE queues (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    area  TEXT    NOT NULL,
    UNIQUE (guild, area),
    UNIQUE (guild, id)
) STRICT;

CREATE TABLE tickets (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    guild         INTEGER NOT NULL,
    number        INTEGER NOT NULL CHECK (number >= 1),
    queue         INTEGER NOT NULL,
    opener        INTEGER NOT NULL,
    interaction   INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    sev           TEXT    NOT NULL,
    assignee      INTEGER,
    surface       TEXT    NOT NULL,
    thread        INTEGER,
    round         INTEGER NOT NULL CHECK (round >= 1),
    staff_channel INTEGER,
    staff_message INTEGER,
    opened_at     INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    closed_at     INTEGER,
    version       INTEGER NOT NULL CHECK (version >= 1),
    UNIQUE (guild, id),
    UNIQUE (guild, number),
    UNIQUE (interaction),
    FOREIGN KEY (guild, queue) REFERENCES queues (guild, id),
    CHECK ((staff_channel IS NULL) = (staff_message IS NULL))
) STRICT;

CREATE INDEX tickets_by_opener ON tickets (guild, opener, id);
CREATE INDEX tickets_by_assignee ON tickets (guild, assignee, id) WHERE assignee IS NOT NULL;
CREATE INDEX tickets_by_state ON tickets (guild, state, id);
CREATE INDEX tickets_by_thread ON tickets (guild, thread) WHERE thread IS NOT NULL;
CREATE INDEX tickets_by_closing ON tickets (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE ticket_payloads (
    ticket      INTEGER PRIMARY KEY REFERENCES tickets (id),
    opener_name TEXT NOT NULL,
    answers     TEXT NOT NULL CHECK (json_valid(answers)),
    source      TEXT
) STRICT;

CREATE TABLE ticket_events (
    ticket  INTEGER NOT NULL REFERENCES tickets (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    deed    TEXT    NOT NULL CHECK (json_valid(deed)),
    actor   INTEGER,
    at      INTEGER NOT NULL,
    PRIMARY KEY (ticket, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ticket_events_are_not_changed BEFORE UPDATE ON ticket_events
BEGIN SELECT RAISE(ABORT, 'ticket_events is append-only'); END;

CREATE TRIGGER ticket_events_are_not_removed BEFORE DELETE ON ticket_events
BEGIN SELECT RAISE(ABORT, 'ticket_events is append-only'); END;

CREATE TABLE ticket_notes (
    ticket  INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    note    TEXT    NOT NULL,
    PRIMARY KEY (ticket, ordinal),
    FOREIGN KEY (ticket, ordinal) REFERENCES ticket_events (ticket, ordinal)
) STRICT;

CREATE TABLE escalations (
    ticket       INTEGER NOT NULL REFERENCES tickets (id),
    ordinal      INTEGER NOT NULL CHECK (ordinal >= 1),
    team         TEXT    NOT NULL,
    actor        INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    card_channel INTEGER,
    card_message INTEGER,
    PRIMARY KEY (ticket, ordinal),
    CHECK ((card_channel IS NULL) = (card_message IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE escalation_packets (
    ticket  INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    packet  TEXT    NOT NULL CHECK (json_valid(packet)),
    PRIMARY KEY (ticket, ordinal),
    FOREIGN KEY (ticket, ordinal) REFERENCES escalations (ticket, ordinal)
) STRICT;

-- Every request for a ticket and how it was answered: 'opened', 'existing' (the opener was shown a ticket they have
-- open; that request counts with the one that opened it), or the refusal. Requests = tickets + refusals.
CREATE TABLE ticket_requests (
    interaction INTEGER PRIMARY KEY,
    guild       INTEGER NOT NULL,
    opener      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,
    ticket      INTEGER REFERENCES tickets (id),
    CHECK ((outcome IN ('opened', 'existing')) = (ticket IS NOT NULL))
) STRICT;

CREATE INDEX ticket_requests_by_guild ON ticket_requests (guild, outcome);

-- Who may not open tickets, and why.
CREATE TABLE ticket_blocks (
    guild  INTEGER NOT NULL,
    opener INTEGER NOT NULL,
    reason TEXT    NOT NULL,
    actor  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (guild, opener)
) STRICT;
