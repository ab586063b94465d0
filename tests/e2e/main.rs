//! End-to-end tests: the bot's own binary, unchanged, over the real client, against the stand-in for Discord.
//!
//! One binary, so that it is linked once. Each module says what belongs there; how a test is written is in [`night`].

mod night;

// What scammers post and what becomes of it.
mod moderation;
// Buttons of the review card and of the author's message: undo, uphold, contest; two people at once.
mod review;
// Setting a guild up, and being told what is missing.
mod setup;
// A cry for help, from the button to the closed ticket.
mod tickets;
