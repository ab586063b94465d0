-- Campaigns of thousands of copies: whatever is asked at each further copy is answered by an index, however many there are.

-- The first case of the campaign that a case belongs to: the case itself where it is the first, or has no copies. Every case
-- has one. (`case_fingerprints.lead` says no more than which fingerprints new messages are compared with.)
ALTER TABLE cases ADD COLUMN lead INTEGER REFERENCES cases (id);
UPDATE cases SET lead = coalesce((SELECT f.lead FROM case_fingerprints f WHERE f.case_id = cases.id), id);

-- What a campaign's card counts, what was removed of it and when.
CREATE INDEX cases_of_campaign ON cases (guild, lead, removes, state, opened_at, message, author, channel);
-- Whom a campaign's cases wrote to: a few, however many copies there are.
CREATE INDEX cases_that_tell ON cases (guild, lead, author) WHERE instr(actions, '"tell"') > 0;
-- What an author has been up to, campaign by campaign.
CREATE INDEX cases_held_against ON cases (guild, author, lead) WHERE removes = 1 AND state <> 'restored';
-- The latest decisions.
CREATE INDEX cases_decided ON cases (guild, decided_at) WHERE decided_at IS NOT NULL;

-- What is on its way to a case's card, and what went wrong: a lead's card is brought up to date many times.
CREATE INDEX effects_under_way_of_case ON effects (guild, case_id)
    WHERE case_id IS NOT NULL AND state IN ('planned', 'sending');
CREATE INDEX effects_troubled_of_case ON effects (guild, case_id)
    WHERE case_id IS NOT NULL AND state IN ('failed', 'uncertain', 'expired');

-- Whether a campaign's picture is known already.
CREATE INDEX image_hashes_by_hash ON image_hashes (guild, hash);
