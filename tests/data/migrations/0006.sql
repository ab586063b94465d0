UPDATE case_payloads SET imitates = 'Alice' WHERE case_id = 1;
INSERT INTO impostors (guild, member, name, alike, roles, case_id, wave, at)
VALUES (1000, 67, zeroblob(32), zeroblob(32), '[6]', 1, 1, 1700000000000);
