-- Where members who are no newcomers have linked to: a link to another host is new here. Holds hashes that can only be
-- compared; no host can be read from them.
CREATE TABLE seen_hosts (
    guild INTEGER NOT NULL,
    host  INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (guild, host)
) STRICT, WITHOUT ROWID;

CREATE INDEX seen_hosts_by_age ON seen_hosts (guild, at);
