-- Guilds: settings, numbers given out, how far each channel was read, which webhooks are ours.
-- In every table: times are unix milliseconds, snowflakes and our own ids are INTEGER, enums are the words of the model.

-- One row per guild that was ever set up. A guild without a row has the default: observe, nothing set up.
CREATE TABLE guild_settings (
    guild      INTEGER PRIMARY KEY,
    settings   TEXT    NOT NULL CHECK (json_valid(settings)),
    version    INTEGER NOT NULL CHECK (version >= 1),
    changed_by INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What the settings were after each change, and who changed them.
CREATE TABLE settings_history (
    guild      INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    settings   TEXT    NOT NULL CHECK (json_valid(settings)),
    changed_by INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (guild, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER settings_history_is_not_changed BEFORE UPDATE ON settings_history
BEGIN SELECT RAISE(ABORT, 'settings_history is append-only'); END;

CREATE TRIGGER settings_history_is_not_removed BEFORE DELETE ON settings_history
BEGIN SELECT RAISE(ABORT, 'settings_history is append-only'); END;

-- The last number given out in a guild: people say "ticket 12", and 12 follows 11 without a gap.
CREATE TABLE counters (
    guild INTEGER NOT NULL,
    noun  TEXT    NOT NULL CHECK (noun IN ('case', 'ticket')),
    last  INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (guild, noun)
) STRICT, WITHOUT ROWID;

-- The newest message judged in each channel: where reading goes on after the bot was away.
CREATE TABLE read_marks (
    guild   INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (guild, channel)
) STRICT, WITHOUT ROWID;

-- Webhooks that restore messages. A row outlives its webhook: its messages are still ours. The newest of a channel is
-- the one in use.
CREATE TABLE own_webhooks (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    guild   INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    webhook INTEGER NOT NULL,
    UNIQUE (guild, webhook)
) STRICT;
