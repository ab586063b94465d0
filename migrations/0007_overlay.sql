-- What a guild has said about the shared rules, and how each rule has fared there.

-- Exempted texts and hosts, each in one rule of one guild. They outlive the evidence they came from.
CREATE TABLE overlay_entries (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    guild    INTEGER NOT NULL,
    rule     TEXT    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('text', 'host')),
    pattern  TEXT    NOT NULL,
    case_id  INTEGER NOT NULL,
    added_by INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    UNIQUE (guild, rule, kind, pattern),
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id)
) STRICT;

-- Texts that moderators found harmless: no rule may remove them here. What a person wrote, so it can be erased.
CREATE TABLE overlay_examples (
    case_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    guild   INTEGER NOT NULL,
    place   TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    PRIMARY KEY (case_id, ordinal),
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id)
) STRICT;

CREATE INDEX overlay_examples_by_guild ON overlay_examples (guild);

-- Which rules hit in which case. `counted`: the hit counted, it was not only observed. `joined_at`: since when its author
-- was a member, where Discord said so.
CREATE TABLE rule_hits (
    case_id   INTEGER NOT NULL,
    rule      TEXT    NOT NULL,
    guild     INTEGER NOT NULL,
    counted   INTEGER NOT NULL CHECK (counted IN (0, 1)),
    removed   INTEGER NOT NULL CHECK (removed IN (0, 1)),
    author    INTEGER NOT NULL,
    joined_at INTEGER,
    at        INTEGER NOT NULL,
    PRIMARY KEY (case_id, rule),
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX rule_hits_by_rule ON rule_hits (guild, rule, at);

INSERT INTO rule_hits (case_id, rule, guild, counted, removed, author, joined_at, at)
SELECT DISTINCT c.id, r.value, c.guild, 1, c.removes, c.author, NULL, c.opened_at FROM cases c, json_each(c.rules) r;

-- What rules that only prove themselves would have done, by day (days since the Unix epoch).
CREATE TABLE shadow_counts (
    guild         INTEGER NOT NULL,
    rule          TEXT    NOT NULL,
    day           INTEGER NOT NULL,
    hits          INTEGER NOT NULL CHECK (hits >= 0),
    would_flag    INTEGER NOT NULL CHECK (would_flag >= 0),
    would_remove  INTEGER NOT NULL CHECK (would_remove >= 0),
    PRIMARY KEY (guild, rule, day)
) STRICT, WITHOUT ROWID;

-- Bans and kicks are counted whenever a case is opened: too many in an hour, and a person has to look.
CREATE INDEX effects_that_ban ON effects (guild, planned_at) WHERE effect ->> 'do' IN ('ban-member', 'kick-member');

-- Rules that stopped acting by themselves, and what a moderator said to that.
CREATE TABLE rule_pauses (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    guild        INTEGER NOT NULL,
    rule         TEXT    NOT NULL,
    why          TEXT    NOT NULL CHECK (json_valid(why)),
    at           INTEGER NOT NULL,
    answer       TEXT    CHECK (answer IN ('resumed', 'kept')),
    answered_by  INTEGER,
    answered_at  INTEGER,
    card_channel INTEGER,
    card_message INTEGER,
    CHECK ((card_channel IS NULL) = (card_message IS NULL)),
    CHECK ((answer IS NULL) = (answered_by IS NULL)),
    CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX rule_pauses_waiting ON rule_pauses (guild, rule) WHERE answer IS NULL;
