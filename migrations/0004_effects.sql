-- Effects: what Discord is to do, written before the request is sent. Holds ids, never words.

CREATE TABLE effects (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    guild       INTEGER NOT NULL,
    key         TEXT    NOT NULL,
    after_key   TEXT,
    effect      TEXT    NOT NULL CHECK (json_valid(effect)),
    case_id     INTEGER,
    ticket      INTEGER,
    state       TEXT    NOT NULL DEFAULT 'planned'
                CHECK (state IN ('planned', 'sending', 'done', 'failed', 'uncertain', 'expired')),
    attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    planned_at  INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    expires_at  INTEGER,
    lease_until INTEGER,
    interrupted INTEGER NOT NULL DEFAULT 0 CHECK (interrupted IN (0, 1)),
    result      INTEGER,
    failure     TEXT,
    UNIQUE (guild, key),
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id),
    FOREIGN KEY (guild, ticket) REFERENCES tickets (guild, id),
    CHECK ((state = 'sending') = (lease_until IS NOT NULL))
) STRICT;

CREATE INDEX effects_due ON effects (next_at, id) WHERE state = 'planned';
CREATE INDEX effects_expiring ON effects (expires_at) WHERE state = 'planned' AND expires_at IS NOT NULL;
CREATE INDEX effects_leased ON effects (lease_until) WHERE state = 'sending';
CREATE INDEX effects_of_case ON effects (guild, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX effects_of_ticket ON effects (guild, ticket) WHERE ticket IS NOT NULL;
