-- Rows as they stood when 0014_newcomers_cases.sql was the newest migration.
INSERT INTO cases (id, guild, number, state, author, channel, message, revision, level, score, category, severity, rules,
                   actions, removes, opened_at, lead) VALUES
    (14, 1000, 14, 'open', 71, 501, 9014, x'11D9C9A0A93206A0F8F6B26B1F50E08F327DD468E1ED41D7DB0082DAC4EB2407', 'scam', 120,
     'phishing', 'critical', '["free-nitro"]', '[{"action":"delete"}]', 1, 1700000000009, 14);
INSERT INTO case_fingerprints (case_id, guild, fingerprint, lead, latest, by_newcomer) VALUES
    (14, 1000, x'0102030405060708330007000000090000000000000000000000', NULL, 1700000000009, 1);
INSERT INTO case_events (case_id, ordinal, deed, actor, at) VALUES (14, 1, 'opened', NULL, 1700000000009);
