-- Whom a campaign's cases wrote to: recovery steps are a direct message, too. A few rows, however many copies there are.
DROP INDEX cases_that_tell;
CREATE INDEX cases_that_tell ON cases (guild, lead, author)
    WHERE instr(actions, '"tell"') > 0 OR instr(actions, '"recover"') > 0;
