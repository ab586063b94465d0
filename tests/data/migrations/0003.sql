-- Rows as they stood when 0003_tickets.sql was the newest migration.
INSERT INTO queues (id, guild, area) VALUES (1, 1000, 'funds'), (2, 1000, 'scam-report');
INSERT INTO tickets (id, guild, number, queue, opener, interaction, state, sev, assignee, surface, thread, round,
                     staff_channel, staff_message, opened_at, changed_at, closed_at, version) VALUES
    (1, 1000, 1, 1, 11, 9000001, 'escalated', 'undetermined', 77, 'live', 601, 2, 3, 90, 1700000000005, 1700000000006, NULL, 5),
    (2, 1000, 2, 2, 12, 9000002, 'closed', 'sev3', NULL, 'archived', 602, 1, 3, 91, 1700000000005, 1700000000007, 1700000000007, 3);
INSERT INTO ticket_payloads (ticket, opener_name, answers, source) VALUES
    (1, 'Alice', '[{"question":"What happened?","text":"my funds are gone"}]', 'https://discord.com/channels/1000/500/9001');
INSERT INTO ticket_events (ticket, ordinal, deed, actor, at) VALUES
    (1, 1, '{"deed":"opened"}', 11, 1700000000005),
    (1, 2, '{"deed":"thread-made"}', NULL, 1700000000005),
    (1, 3, '{"deed":"assigned","to":77}', 78, 1700000000006),
    (1, 4, '{"deed":"escalated","team":"security","escalation":1}', 77, 1700000000006),
    (2, 1, '{"deed":"opened"}', 12, 1700000000005);
INSERT INTO ticket_notes (ticket, ordinal, note) VALUES (1, 3, 'knows wallets');
INSERT INTO escalations (ticket, ordinal, team, actor, at, card_channel, card_message) VALUES
    (1, 1, 'security', 77, 1700000000006, 4, 92);
INSERT INTO escalation_packets (ticket, ordinal, packet) VALUES
    (1, 1, '{"summary":"drained","expected":"funds","actual":"none","tried":"waiting","references":"0xabc"}');
INSERT INTO ticket_requests (interaction, guild, opener, at, outcome, ticket) VALUES
    (9000001, 1000, 11, 1700000000005, 'opened', 1),
    (9000002, 1000, 12, 1700000000005, 'opened', 2),
    (9000003, 1000, 11, 1700000000006, 'existing', 1),
    (9000004, 1000, 13, 1700000000006, 'blocked', NULL);
INSERT INTO ticket_blocks (guild, opener, reason, actor, at) VALUES (1000, 13, 'floods', 77, 1700000000005);
