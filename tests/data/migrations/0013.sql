-- Rows as they stood when 0013_put_back.sql was the newest migration.
INSERT INTO cases (id, guild, number, state, author, channel, message, revision, level, score, category, severity, rules,
                   actions, removes, opened_at, decided_at, restored_webhook, restored_message, lead) VALUES
    (13, 1000, 13, 'restored', 69, 501, 9013, x'11D9C9A0A93206A0F8F6B26B1F50E08F327DD468E1ED41D7DB0082DAC4EB2406', 'scam', 120,
     'phishing', 'critical', '["free-nitro"]', '[{"action":"delete"}]', 1, 1700000000007, 1700000000008, 77, 9113, 13);
INSERT INTO case_events (case_id, ordinal, deed, actor, at) VALUES
    (13, 1, 'opened', NULL, 1700000000007), (13, 2, 'restored', 70, 1700000000008);
