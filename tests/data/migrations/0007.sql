-- Rows as they stood when 0007_overlay.sql was the newest migration.
INSERT INTO overlay_entries (guild, rule, kind, pattern, case_id, added_by, added_at) VALUES
    (1000, 'free-nitro', 'text', 'free nitro', 1, 77, 1700000000006),
    (1000, 'free-nitro', 'host', 'good.example', 1, 77, 1700000000006);
INSERT INTO overlay_examples (case_id, ordinal, guild, place, text) VALUES (1, 1, 1000, 'content', 'free nitro');
INSERT INTO shadow_counts (guild, rule, day, hits, would_flag, would_remove) VALUES (1000, 'new-rule', 19675, 5, 3, 1);
INSERT INTO rule_pauses (guild, rule, why, at, answer, answered_by, answered_at, card_channel, card_message) VALUES
    (1000, 'free-nitro', '{"why":"reversals","reversed":5,"of":8}', 1700000000007, NULL, NULL, NULL, 1, 90);
