-- Impostors: members whose names imitate somebody, or lure. Each such name is a case, or joins the case of a wave.

-- Whom the name imitates. It stands with the evidence, so that it is erased with it.
ALTER TABLE case_payloads ADD COLUMN imitates TEXT;

-- Which names of which members have been shown to moderators: nobody is shown twice for the same name. Holds ids and
-- hashes only.
CREATE TABLE impostors (
    guild   INTEGER NOT NULL,
    member  INTEGER NOT NULL,
    name    BLOB    NOT NULL CHECK (length(name) = 32),   -- SHA-256 of the names as judged
    alike   BLOB    NOT NULL CHECK (length(alike) = 32),  -- SHA-256 of what the sightings of one wave have in common
    roles   TEXT    NOT NULL CHECK (json_valid(roles)),   -- what the member held when they were seen
    case_id INTEGER NOT NULL,
    wave    INTEGER NOT NULL CHECK (wave IN (0, 1)),
    at      INTEGER NOT NULL,
    PRIMARY KEY (guild, member, name),
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX impostors_by_time ON impostors (guild, at);
CREATE INDEX impostors_of_case ON impostors (guild, case_id);
