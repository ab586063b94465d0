-- What somebody looks at in `/case queue`: the filter behind the buttons that turn its pages. Forgotten after a while.
CREATE TABLE queue_views (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    guild   INTEGER NOT NULL,
    filter  TEXT    NOT NULL CHECK (json_valid(filter)),
    made_by INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE INDEX queue_views_by_age ON queue_views (made_at);
