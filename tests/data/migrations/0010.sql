-- Rows as they stood when 0010_seen_hosts.sql was the newest migration.
INSERT INTO seen_hosts (guild, host, at) VALUES (1000, 4027431614, 1700000000009);
