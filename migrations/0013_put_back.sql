-- Whether a message that somebody forwards is one that was put back.
CREATE INDEX cases_put_back ON cases (guild, restored_message) WHERE restored_message IS NOT NULL;
