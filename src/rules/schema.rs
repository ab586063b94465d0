//! The shape of a rule file, field by field. What the fields must contain to be accepted is checked in
//! [`super::load`]; what they turn into lives in [`super::compile`].
//!
//! ```toml
//! [[rule]]
//! id       = "seed-phrase-request"     # stable, kebab-case, unique over all files; stored in cases
//! title    = "Asks for a seed phrase"
//! why      = "Whoever holds the phrase holds the wallet; nobody honest asks for it."
//! category = "secret-request"          # see `finding::Category`
//! severity = "critical"                # info | low | medium | high | critical
//! status   = "stable"                  # experimental | stable | retired
//! weight   = 60                        # absent: the rule decides alone, by its severity
//! family   = "seed"                    # of one family only the heaviest rule counts
//! places   = ["content", "embed"]      # absent: everywhere (kinds: see `part::PlaceKind`)
//!
//! # The rule hits when any one of these does:
//! phrases    = ["send your seed phrase", "giveaway*", "сид фраза"]
//! regexes    = ['send .{0,20}phrase']
//! domains    = ["evil.example", "@lists/shorteners.txt"]
//! lookalikes = ["metamask.io", "@lists/brands.txt"]
//! signals    = ["secret-asked"]
//!
//! # or when one of these groups does:
//! all = [ { within = 80, of = [ { phrases = ["claim", "airdrop"] }, { signals = ["unknown-link"] } ] } ]
//! any = [ { at_least = 2, of = [ { phrases = ["dm me"] }, { phrases = ["telegram"] }, { signals = ["phone-number"] } ] } ]
//!
//! # A hit is excused where it lies inside one of these, in the same view; an expression may cover 400 characters at most:
//! unless         = ["never send your seed phrase"]
//! unless_regexes = ['never (ever )?send .{0,20}phrase', '@lists/warnings.txt']
//! unless_domains = ["docs.example"]    # excuses link hits with exactly such a host or one below it
//!
//! [rule.examples]
//! match             = ["send your seed phrase", "send your s33d phr4s3", "..."]   # three or more, one disguised
//! clean             = ["we never ask for your seed phrase", "...", "..."]         # three or more near misses
//! known_miss        = []               # ought to match one day; an entry that does match must move to `match`
//! known_false_alarm = []               # ought not to match; an entry that no longer does must move to `clean`
//! ```
//!
//! **Phrases** are whole words, without regard to case, spacing, punctuation, apostrophes, look-alike letters or
//! digits; a trailing `*` lets the last word go on. Phrases of four letters or fewer do not take digits for letters (`50`
//! is not `so`). Phrases of two or more words with at least ten letters are also
//! found glued together (`#SendYourSeedPhrase`) and spelled letter by letter.
//!
//! **Regexes** are those of the `regex` crate, without case, with ASCII `\w \d \b`. They see the text in lower case:
//! as written, and again cleaned of invisible characters, look-alikes and markdown. Each needs a literal of three
//! letters or more that every match contains, so that it only runs where it can hit; those of `unless_regexes` need
//! none, they run only when there is something to excuse. There `@lists/…` names a list of expressions that rules share, one a line.
//!
//! **Domains** hit the host itself and everything below it. `@file` names a list beside the rule files: one entry a
//! line, `#` starts a comment.
//!
//! **Lookalikes** name brands by their real hosts; a rule hits hosts that imitate the name (`rnetamask`, `metamaskk`,
//! `u.niswap`, `xn--…`), never the real host or what is below it.
//!
//! **Examples** are texts, or tables when the place or the guild matters:
//! `{ text = "MEE6", place = "display_name" }`, `{ text = "hi", own_invites = ["abc"], staff_names = ["Alice"],
//! denied_hosts = ["evil.example"], mentions_everyone = true, attachments = ["1.png", "2.png"] }`. In an example every
//! invitation that is not listed is foreign. An example belongs to its rule: only whether this rule hits is judged.

use serde::Deserialize;
use serde_spanned::Spanned;

use super::finding::{Category, Severity};
use super::part::{Place, PlaceKind};
use super::signal::Signal;

/// How far a rule has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Counted in the shadow score only.
    Experimental,
    /// Counts.
    Stable,
    /// Looks for nothing; its id stays reserved.
    Retired,
}

/// A `[[rule]]` table as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) id: Spanned<String>,
    pub(super) title: Spanned<String>,
    pub(super) why: Spanned<String>,
    pub(super) category: Category,
    pub(super) severity: Severity,
    pub(super) status: Status,
    #[serde(default)]
    pub(super) weight: Option<Spanned<u32>>,
    #[serde(default)]
    pub(super) family: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) places: Option<Spanned<Vec<PlaceKind>>>,
    #[serde(default)]
    pub(super) phrases: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) regexes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) domains: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) lookalikes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) signals: Vec<Spanned<Signal>>,
    #[serde(default)]
    pub(super) all: Vec<Spanned<RawAll>>,
    #[serde(default)]
    pub(super) any: Vec<Spanned<RawAny>>,
    #[serde(default)]
    pub(super) unless: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) unless_regexes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) unless_domains: Vec<Spanned<String>>,
    pub(super) examples: Spanned<RawExamples>,
}

/// Every term must hit, within so many bytes of the original text, or anywhere in the message when absent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAll {
    #[serde(default)]
    pub(super) within: Option<Spanned<usize>>,
    pub(super) of: Vec<RawTerm>,
}

/// So many different terms must hit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAny {
    pub(super) at_least: Spanned<usize>,
    #[serde(default)]
    pub(super) within: Option<Spanned<usize>>,
    pub(super) of: Vec<RawTerm>,
}

/// One term of a group: it hits when any of its matchers does.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTerm {
    pub(super) phrases: Vec<Spanned<String>>,
    pub(super) regexes: Vec<Spanned<String>>,
    pub(super) domains: Vec<Spanned<String>>,
    pub(super) lookalikes: Vec<Spanned<String>>,
    pub(super) signals: Vec<Spanned<Signal>>,
}

/// The examples of a rule as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExamples {
    #[serde(rename = "match", default)]
    pub(super) matching: Vec<Spanned<RawExample>>,
    #[serde(default)]
    pub(super) clean: Vec<Spanned<RawExample>>,
    #[serde(default)]
    pub(super) known_miss: Vec<Spanned<RawExample>>,
    #[serde(default)]
    pub(super) known_false_alarm: Vec<Spanned<RawExample>>,
}

/// An example: a text, or a text with its circumstances.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "an example is a text, or a table with `text` and any of `place`, `own_invites`, \
    `staff_names`, `denied_hosts`, `mentions_everyone`, `edited`, `attachments`, \
    `text_elsewhere`, `cadence`, `answers_cry`, `new_member`, `first_message`, `new_links`"
)]
pub(super) enum RawExample {
    /// The content of a message.
    Text(String),
    /// With circumstances.
    Full(Example),
}

/// A message to try a rule on.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Codes that lead home.
    pub own_invites: Vec<String>,
    /// Names of staff.
    pub staff_names: Vec<String>,
    /// Hosts that are listed.
    pub denied_hosts: Vec<String>,
    /// The message pings everyone.
    pub mentions_everyone: bool,
    /// The message was edited.
    pub edited: bool,
    /// Somebody else asked for help there a short while ago.
    pub answers_cry: bool,
    /// File names attached to it.
    pub attachments: Vec<String>,
    /// The same was just posted in several channels or by several new members.
    pub text_elsewhere: bool,
    /// The same account just posted the same in several channels.
    pub cadence: bool,
    /// Its author joined today.
    pub new_member: bool,
    /// It is its author's first message.
    pub first_message: bool,
    /// Nobody has linked there before.
    pub new_links: bool,
}

impl From<RawExample> for Example {
    fn from(raw: RawExample) -> Self {
        match raw {
            RawExample::Text(text) => Self {
                text,
                ..Self::default()
            },
            RawExample::Full(example) => example,
        }
    }
}

/// Whether the top level or any term of a rule is of this kind.
pub(super) fn looks_for(raw: &RawRule, kind: impl Fn(&RawTerm) -> bool) -> bool {
    let of_all = raw.all.iter().flat_map(|group| &group.get_ref().of);
    let of_any = raw.any.iter().flat_map(|group| &group.get_ref().of);
    kind(&top_level(raw)) || of_all.chain(of_any).any(kind)
}

/// What a rule lists outside its groups.
pub(super) fn top_level(raw: &RawRule) -> RawTerm {
    RawTerm {
        phrases: raw.phrases.clone(),
        regexes: raw.regexes.clone(),
        domains: raw.domains.clone(),
        lookalikes: raw.lookalikes.clone(),
        signals: raw.signals.clone(),
    }
}

/// Whether a term looks for anything that can be disguised.
pub(super) fn disguisable(term: &RawTerm) -> bool {
    !(term.phrases.is_empty()
        && term.regexes.is_empty()
        && term.domains.is_empty()
        && term.lookalikes.is_empty())
}
