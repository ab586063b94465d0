-- Campaigns: cases whose messages are copies of one another. Nothing of a message can be read from a fingerprint or from an
-- image's hash, so these rows stay when its evidence is erased.

-- One row per case with something to compare. `lead`: the first case of its campaign; absent while it has no copies.
CREATE TABLE case_fingerprints (
    case_id     INTEGER PRIMARY KEY REFERENCES cases (id),
    guild       INTEGER NOT NULL,
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 26),
    lead        INTEGER,
    latest      INTEGER NOT NULL,  -- when it, or the latest copy that it leads, was seen
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id),
    FOREIGN KEY (guild, lead) REFERENCES cases (guild, id)
) STRICT;

-- What new messages are compared with: leads, and cases without copies.
CREATE INDEX fingerprints_to_compare ON case_fingerprints (guild, latest) WHERE lead IS NULL OR lead = case_id;
CREATE INDEX fingerprints_of_campaign ON case_fingerprints (guild, lead) WHERE lead IS NOT NULL;

-- Perceptual hashes of the pictures of cases.
CREATE TABLE image_hashes (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    guild   INTEGER NOT NULL,
    hash    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_id, hash),
    FOREIGN KEY (guild, case_id) REFERENCES cases (guild, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_hashes_by_guild ON image_hashes (guild, at);
