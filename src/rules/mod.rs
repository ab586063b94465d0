//! The rule engine: a library that knows nothing of Discord, the store or the clock.
//!
//! Rules are written in TOML ([`schema`]), loaded and checked all at once ([`load`]), compiled into one automaton
//! ([`compile`]), and matched against every reading of a text ([`scan`]). A rule says what something is
//! and how sure that is; what is done about it is the business of `moderation::policy`.
//!
//! ```no_run
//! use nightdesk::rules::{Part, Place, Ruleset, ScanContext, Scratch};
//!
//! let ruleset = Ruleset::load("rules".as_ref())?;
//! let parts = [Part::new(Place::Content, "send your s33d phr4s3")];
//! let verdict = ruleset.scan(&parts, &ScanContext::default(), &mut Scratch::new());
//! for finding in &verdict.findings {
//!     println!("{finding}");
//! }
//! # Ok::<(), nightdesk::rules::RuleErrors>(())
//! ```

mod automaton;
pub mod automod;
pub mod backtest;
mod build;
mod closer;
mod clues;
mod clusters;
pub mod compile;
mod contacts;
pub mod context;
pub mod domains;
pub mod error;
mod evaluate;
mod examples;
mod excuses;
pub mod exemption;
pub mod explain;
mod expression;
pub mod feeds;
pub mod finding;
pub mod fit;
mod gates;
mod glance;
mod hits;
mod host_lists;
mod host_words;
mod link_signals;
mod links;
mod listing;
mod literal;
pub mod load;
mod lookalike;
mod lure_words;
mod money;
pub mod names;
pub mod normalise;
pub mod part;
mod pattern;
mod rarity;
pub mod scan;
pub mod schema;
mod score;
mod secret_asked;
pub mod seen_hosts;
mod sightings;
pub mod signal;
mod signals;
pub mod sketch;
pub mod thresholds;
mod view;

pub use compile::Ruleset;
pub use context::{RuleMask, RuleMode, ScanContext, UnlistedInvites};
pub use domains::DomainSet;
pub use error::{RuleError, RuleErrors};
pub use exemption::{Exempt, Exemption, Exemptions};
pub use finding::{Category, Finding, InviteCode, InviteFact, InviteTarget, Level, Severity, Verdict, View};
pub use load::RuleInfo;
pub use names::NameBook;
pub use part::{EmbedField, Part, Place, PlaceKind};
pub use scan::Scratch;
pub use schema::{Example, Status};
pub use seen_hosts::SeenHosts;
pub use signal::Signal;
pub use sketch::{Sketch, Sketcher};
pub use thresholds::Thresholds;
