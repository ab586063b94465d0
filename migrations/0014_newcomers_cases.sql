-- Whether a case's author had joined within a week: what decides, among other things, whether a message that is like it shares
-- its card. Of cases that were opened before, nobody has said so.
ALTER TABLE case_fingerprints ADD COLUMN by_newcomer INTEGER NOT NULL DEFAULT 0 CHECK (by_newcomer IN (0, 1));
