//! What every store has to keep, in the words of its trait. The tests know nothing of SQL and run against whatever
//! `fixtures::fresh` opens; what is special to SQLite (files, crashes, erased bytes) stands in `sqlite`.

mod across_guilds;
mod campaign_figures;
mod campaigns;
mod cases;
mod effects;
mod endings;
mod fixtures;
mod guilds;
mod isolation;
mod overlay;
mod people;
mod queue;
mod requests;
mod retention;
mod rule_record;
mod sanctions;
mod spool;
mod sqlite;
mod ticket_pages;
mod tickets;
mod writes;
