-- Rows as they stood when 0002_cases.sql was the newest migration.
INSERT INTO cases (id, guild, number, state, author, channel, message, revision, level, score, category, severity, rules,
                   actions, removes, softened, card_channel, card_message, author_unreachable, opened_at, decided_at,
                   restored_webhook, restored_message) VALUES
    (1, 1000, 1, 'restored', 66, 500, 9001, x'72D9C9A0A93206A0F8F6B26B1F50E08F327DD468E1ED41D7DB0082DAC4EB2404', 'scam', 120,
     'phishing', 'critical', '["free-nitro"]', '[{"action":"delete"},{"action":"timeout","seconds":3600}]', 1, NULL,
     1, 88, 1, 1700000000003, 1700000000004, 32, 89);
INSERT INTO case_payloads (case_id, evidence, findings) VALUES
    (1,
     '{"guild":1000,"channel":500,"id":9001,"author":{"id":66,"name":"mallory","display_name":"Mallory","bot":false,"webhook":null,"roles":[],"joined_at":1700000000000},"arrival":"posted","posted_at":1700000000000,"parts":[{"place":"content","text":"free nitro","secrets":[]}],"attachments":[],"mentions_everyone":false,"needs_fetch":false}',
     '[{"rule":"free-nitro","category":"phishing","severity":"critical","place":"content","part":0,"view":"raw","span":{"start":0,"end":10},"evidence":"free nitro","observed_only":false}]');
INSERT INTO case_events (case_id, ordinal, deed, actor, at) VALUES
    (1, 1, 'opened', NULL, 1700000000003), (1, 2, 'contested', 66, 1700000000003), (1, 3, 'restored', 77, 1700000000004);
INSERT INTO case_notes (case_id, ordinal, note) VALUES (1, 2, 'it was a joke');
INSERT INTO kept_attachments (case_id, attachment, filename, bytes) VALUES (1, 71, 'cat.png', x'89504E47'), (1, 72, 'big.mp4', NULL);
