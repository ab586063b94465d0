//! End-to-end tests: the bot's own binary, unchanged, over the real client, against the stand-in for Discord.
//!
//! One binary, so that it is linked once. Each module says what belongs there; how a test is written is in [`night`].

mod night;

// What scammers post and what becomes of it.
mod moderation;
// A scam on every surface of a message and in every place of a guild.
mod surfaces;
// The same while the bot was away: everything posted, and everything changed.
mod backfill;
// Private threads that members make, and tickets.
mod private_threads;
// Every surface that an edit can change, while the bot listens and while it is away.
mod edits;
// Events in which there is something that the client library does not know.
mod strange_events;
// Invitations by the dozen: asked about within limits, and again later.
mod invitations;
// What a message's author, moment and surroundings add to its words: first words, new links, new members, repetition.
mod context;
// Copies of one message: raids, links in every channel, pictures, the honeypot.
mod campaigns;
// What was put back may be said again, and what only sounds like it may not.
mod excused;
// Many pictures in one message: each is looked at.
mod pictures;
// Copies that the bot does not remember: every page of Discord's search.
mod purge;
// Who wrote it decides what follows: staff, stolen staff accounts, bots, webhooks.
mod authors;
// Long-time members and staff who suddenly post scams: their accounts are stolen, and there is a way back.
mod stolen;
// Bans and quarantines that end by themselves, also after a restart.
mod sanctions;
// Whoever answers a public cry for help with bait, and the one who cried.
mod bait;
// Members who are named like staff: a card, never a punishment by itself.
mod impostors;
// A wave that grows while somebody decides on it: nobody is punished about whom nobody was asked.
mod growing_waves;
// Buttons of the review card and of the author's message: undo, uphold, contest; two people at once.
mod review;
// "False positive": undone, exempted here and nowhere else, taken back, and watched when the rules change.
mod overlay;
// Self-limits: a rule that goes wrong stops by itself, and a raid does not stop it.
mod breaker;
// Pages and filters of the queue, notes, a ban with history, the week's report.
mod queue;
// Rules picked up when files change, proving themselves, made from a message, tried on the record.
mod rule_life;
// Discord's AutoMod with our surest patterns: set up once, heard when it blocks, taken away.
mod automod;
// `/case` and `/rules`: looking at what was removed, and trying the rules.
mod cases;

// A cry for help, from the button to the closed ticket.
mod tickets;
mod titles;
// The desk when things go wrong: double presses, lost threads, refusals, restarts, secrets, people without rights.
mod desk;
// The packet that a team gets, and who hears of it.
mod escalation;
// Cards for staff that somebody deletes.
mod staff_cards;
// Members who leave while their ticket is open, and who come back.
mod openers;

// Setting a guild up, and being told what is missing.
mod setup;
// Permission x rank x button and command: what a person may not do, the bot does not do for them.
mod rights;
// Who may press and run what, as tables; people of another server.
mod rights_table;
// The same for the buttons of review cards; and that no button and no command is without a row.
mod rights_review;

// The bot killed, restarted, pressed fifty times at once; threads deleted under it: nothing is lost, nothing done twice.
mod restart;
// Members who leave and come back: what was decided meanwhile, and what they hoped to get away from.
mod returning;
// The answer to every write is lost: nothing is done twice.
mod lost_answers;
// What people read of what they asked for, when the answer itself meets trouble.
mod answers;
// Anybody does anything, and things break: what must be true in the morning.
mod any_night;
// The answer is lost and Discord stays down: what was done is found when it is back.
mod lost_traces;
// The gateway breaks: resumed or begun anew, the gap is read, and what cannot be mended is said.
mod gateway;
// What each of Discord's ways to fail comes to.
mod failures;
// Imported lists of hosts: from a file or a server on this machine into the rules in force.
mod feeds;
// Answers that are not Discord's own, and ceilings of a server.
mod odd_answers;
// The real client's rate limiter.
mod limiter;
// Discord has refused too much, and a decision on more than one press may decide: the bot keeps to both.
mod ceilings;
// How long Discord asks to wait, where that limiter is off.
mod rate_limits;
// What is forgotten, and when: by age, with a server that was left, because somebody asks.
mod retention;
// A database that cannot be written.
mod locked;

// Seed phrases and keys on every surface: nothing of them is kept, shown or sent, and their owner is helped.
mod secrets;
// Told nothing but a token, a base URL and a database, it does its work.
mod three_settings;
// With an API address set, nothing ever reaches the real Discord; and what is said when the bot cannot start.
mod confinement;
// A crowd talking at full speed.
mod replay;
