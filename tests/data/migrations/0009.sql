-- Rows as they stood when 0009_queue_views.sql was the newest migration.
INSERT INTO queue_views (guild, filter, made_by, made_at) VALUES (1000, '{"state":"open","rule":"free-nitro"}', 77, 1700000000008);
