-- Rows as they stood when 0004_effects.sql was the newest migration.
INSERT INTO effects (guild, key, after_key, effect, case_id, ticket, state, attempts, planned_at, next_at, expires_at,
                     lease_until, interrupted, result, failure) VALUES
    (1000, 'case:1:delete', NULL, '{"do":"delete-message","case":1,"channel":500,"message":9001}', 1, NULL, 'done', 0,
     1700000000003, 1700000000003, NULL, NULL, 0, NULL, NULL),
    (1000, 'case:1:timeout', NULL, '{"do":"timeout-member","case":1,"user":66,"until":1700003600000}', 1, NULL, 'failed', 1,
     1700000000003, 1700000000003, 1700003600000, NULL, 0, NULL, 'Discord refuses: 50013'),
    (1000, 'ticket:1:thread:2', NULL, '{"do":"create-ticket-thread","ticket":1,"round":2}', NULL, 1, 'sending', 0,
     1700000000005, 1700000000005, NULL, 1700000060000, 0, NULL, NULL),
    (1000, 'ticket:1:thread:2:add:11', 'ticket:1:thread:2', '{"do":"add-to-thread","ticket":1,"user":11}', NULL, 1, 'planned', 0,
     1700000000005, 1700000000005, NULL, NULL, 0, NULL, NULL);
