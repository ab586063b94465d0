-- Rows as they stood when 0001_guilds.sql was the newest migration.
INSERT INTO guild_settings (guild, settings, version, changed_by, changed_at) VALUES
    (1000, '{"set_up":true,"mode":"enforce","mod_log":1,"support":2,"staff":3,"team_channels":{"security":4},"staff_roles":[["l1",5]],"exempt_roles":[],"exempt_channels":[6],"rule_modes":{"free-nitro":"observe"},"quarantine_role":null}', 2, 77, 1700000000002);
INSERT INTO settings_history (guild, version, settings, changed_by, changed_at) VALUES
    (1000, 1, '{"set_up":true}', 77, 1700000000001),
    (1000, 2, '{"set_up":true,"mode":"enforce"}', 77, 1700000000002);
INSERT INTO counters (guild, noun, last) VALUES (1000, 'case', 1), (1000, 'ticket', 2);
INSERT INTO read_marks (guild, channel, message) VALUES (1000, 500, 9223372036854775807), (1000, 501, 9);
INSERT INTO own_webhooks (guild, channel, webhook) VALUES (1000, 500, 31), (1000, 500, 32);
