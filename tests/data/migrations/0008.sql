INSERT INTO writers (guild, member, first_at) VALUES (1000, 66, 1700000000000);
