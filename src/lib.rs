//! Nightdesk: a self-hosted Discord bot for communities that strangers try to rob.
//!
//! It has two jobs at every hour: it keeps scams out of public channels, and it turns a cry for help into a private
//! ticket that cannot get lost and reaches the right person.
//!
//! # The map
//!
//! | module | what lives there | may import |
//! |---|---|---|
//! | [`artefacts`] | chain artefacts and secrets: hashes, addresses, seed phrases, keys. Pure | nothing of ours |
//! | [`rules`] | the rule engine, a library: rule files in, verdicts out. Pure | `artefacts` |
//! | `model` | the nouns: message, case, effect, ticket, guild, ids, time | value types of `rules` and `artefacts` |
//! | `storage` | the trait `Store`; all SQL and the one writer in `storage::sqlite` | `model`, `rules`, `artefacts` |
//! | `moderation` | from a verdict to a case: policy, plan, review; campaigns | `model`, `rules`, `artefacts`, `storage` (the trait) |
//! | `desk` | tickets: opening, lifecycle, packet, triage | the same |
//! | `app` | what runs: performer, judge, reconciler, backfill, guild directory, rulebook; the port `Platform` | all above, not `storage::sqlite` |
//! | `discord` | the only place that names serenity or poise: events, convert, perform, words, commands | all above, not `storage::sqlite` |
//! | [`cli`], `config`, `main` | the subcommands, the settings, and nothing else | all |
//!
//! Arrows point one way only; `tests/architecture.rs` holds the table against the code, and the build without the
//! feature `bot` proves that `artefacts`, `rules`, `scan` and `check` stand on their own.
//!
//! # One message, end to end
//!
//! 1. `discord::events` takes a create or edit event from the gateway and puts it in its channel's bounded queue, so that
//!    two events of one channel are judged in order.
//! 2. `discord::convert` makes an `IncomingMessage`: every text a reader sees, each with its place. Seed phrases and keys
//!    are replaced here; nothing further in holds one.
//! 3. `app::judge` asks [`rules::Ruleset::scan`]. Clean, as nearly always: its fingerprint is noted in
//!    the guild's window, and that is all: no I/O, no allocation.
//! 4. Otherwise `moderation` opens a case: one transaction gathers the facts, calls the pure policy, writes the evidence,
//!    the case and its planned effects.
//! 5. `app::performer` carries the effects out through `discord::perform`: what waits for nothing (the removal first of
//!    all) was leased by that same commit and is handed over at once, the rest follows as rows fall due, the review card
//!    last. Each outcome is recorded.
//! 6. Copies of its message join the case's campaign inside the same transaction: one card for all of them. What is still
//!    standing elsewhere is looked for by `app::purge`.
//! 7. A moderator presses a button on the card. `discord::interactions` checks the presser's own rights, and
//!    `moderation::review` decides inside the store's transaction, so that two presses have one effect.
//!
//! # One ticket, end to end
//!
//! 1. A panel's button, `/ticket open`, or "Open ticket from this message" answers with a form.
//! 2. The form comes back. Secrets are taken out of the answers, and one transaction writes the ticket, its first events
//!    and its effects. The same interaction twice is one ticket.
//! 3. The member reads "Ticket #n"; the performer makes the private thread, adds the member, posts the first card there
//!    and a card with Claim and Join in the staff channel.
//! 4. An agent claims it, answers, escalates it with a packet that names what the team needs, closes it.
//! 5. Somebody deletes the thread: the ticket stands, staff are told, a new thread is one press away.
//!
//! # Invariants
//!
//! - **An effect is a row before it is a request.** Whatever Discord is to do is written with the case or ticket it belongs
//!   to. A crash at any moment leaves rows that say what is still to be done.
//! - **The row is the ticket; the thread is a view of it.** Only a definite answer of Discord marks a thread as gone.
//! - **Detection is not response.** Rules say what it is and how sure; `rules/policy.toml` says what to do.
//! - **The bot never lends its rights.** Every button asks for the presser's own permission and rank.
//! - **A secret stops at the edge.** It never reaches logs, errors, database, cards or requests.
//! - **Every query carries its guild.** A row of another guild cannot be reached by its id.
//! - **Time and chance are parameters.** Only `model::time::SystemClock` reads the clock; `clippy.toml` sees to it.

pub mod artefacts;
pub mod cli;
pub mod rules;

#[cfg(feature = "bot")]
pub mod app;
#[cfg(feature = "bot")]
pub mod config;
#[cfg(feature = "bot")]
pub mod desk;
#[cfg(feature = "bot")]
pub mod discord;
#[cfg(feature = "bot")]
pub mod model;
#[cfg(feature = "bot")]
pub mod moderation;
#[cfg(feature = "bot")]
pub mod storage;
