-- Rows as they stood when 0005_campaigns.sql was the newest migration.
INSERT INTO case_fingerprints (case_id, guild, fingerprint, lead, latest) VALUES
    (1, 1000, x'0102030405060708330007000000090000000000000000000000', NULL, 1700000000003);
INSERT INTO image_hashes (case_id, guild, hash, at) VALUES (1, 1000, -81985529216486896, 1700000000003);
