-- Who has written in a guild, and since when: whoever has a past here and suddenly posts a scam has most likely lost their
-- account. Holds ids and times only.
CREATE TABLE writers (
    guild    INTEGER NOT NULL,
    member   INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    PRIMARY KEY (guild, member)
) STRICT, WITHOUT ROWID;
