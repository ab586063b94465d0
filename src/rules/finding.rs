//! What a scan says: findings, and the verdict they add up to.
//!
//! How findings come about lives in [`super::scan`]; what is done about a verdict lives in `moderation::policy`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::part::Place;

/// How bad it is when a rule is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth counting, never worth a moderator's minute by itself.
    Info,
    /// A nuisance.
    Low,
    /// A moderator should look.
    Medium,
    /// Somebody may lose money or an account.
    High,
    /// Somebody is about to.
    Critical,
}

/// What kind of trouble a rule looks for; `rules/policy.toml` decides by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// A lure: false gifts, airdrops, investments, recovery agents.
    Scam,
    /// A link that leads to a copy of something trusted.
    Phishing,
    /// Somebody who poses as staff, as a bot or as a brand.
    Impersonation,
    /// "Open a ticket here": a false help desk.
    TicketBait,
    /// "Write to this account": the way out of the public channel.
    ContactBait,
    /// A member's own secret, posted by mistake. Its author is a victim, not an offender.
    Secret,
    /// Somebody asks for a secret.
    SecretRequest,
    /// An invitation to another server.
    Invite,
    /// Files and links that run something.
    Malware,
    /// Advertising and repetition.
    Spam,
    /// A disguise that honest writers do not use, whatever it hides.
    Evasion,
    /// No trouble at all: somebody asks for help in public, where thieves read along.
    CryForHelp,
}

/// In which reading of the text a rule hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// As written, but for case, punctuation and spacing.
    Raw,
    /// After invisible characters and markdown were taken out.
    Stripped,
    /// After look-alike letters, digits and symbols became the letters they stand for.
    Folded,
    /// After split letters, lines and quotes were put together.
    Joined,
    /// After a link was decoded.
    Decoded,
}

/// What a message amounts to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing that counts.
    #[default]
    Clean,
    /// A moderator should look.
    Suspicious,
    /// The shipped policy removes it from an unknown author without priors.
    Scam,
}

/// One rule, one place where it hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule.
    pub rule: Arc<str>,
    /// Category of the rule.
    pub category: Category,
    /// Severity of the rule.
    pub severity: Severity,
    /// Where the part stands in the message.
    pub place: Place,
    /// Index of the part in the scanned slice.
    pub part: usize,
    /// The reading in which it hit.
    pub view: View,
    /// Byte range in that part as given, on character boundaries.
    pub span: Range<usize>,
    /// What was found, in at most [`Finding::EVIDENCE_CHARS`] characters; never a secret.
    pub evidence: String,
    /// The rule is experimental or only observed here: it explains, but it does not count.
    pub observed_only: bool,
}

impl Finding {
    /// Length limit of `evidence`, in characters.
    pub const EVIDENCE_CHARS: usize = 160;
}

impl fmt::Display for Finding {
    /// `seed-phrase-request (critical) at content 5..33: send your seed phrase`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}) at {} {}..{}: {}",
            self.rule, self.severity, self.place, self.span.start, self.span.end, self.evidence
        )
    }
}

/// The code of an invitation: the `abc` of `discord.gg/abc`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InviteCode(pub String);

impl fmt::Display for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the edge learned about an invitation that a pure scan cannot know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteFact {
    /// The code that was asked about.
    pub code: InviteCode,
    /// Where it leads.
    pub leads_to: InviteTarget,
}

/// Where an invitation leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteTarget {
    /// To the guild it was posted in.
    Home,
    /// To another guild that is welcome here.
    Friend,
    /// To another guild.
    Foreign,
    /// Nowhere: expired or never issued.
    Nowhere,
    /// It could not be found out. Unknown is not guilty.
    Unknown,
}

/// What all findings of a message add up to. The default verdict is clean and owns no memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it amounts to.
    pub level: Level,
    /// Sum of the weights, of one family only the heaviest; at least the threshold of a rule that decided alone.
    pub score: u32,
    /// The score that experimental and observed rules would have added up to, all others included.
    #[serde(default)]
    pub shadow_score: u32,
    /// Every finding, observed ones included, the gravest first.
    pub findings: Vec<Finding>,
    /// Invitations that are neither ours nor known: ask, then call [`Verdict::with`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<InviteCode>,
    /// What each unresolved code would add, were it foreign.
    #[serde(default, skip)]
    pub(super) pending: Vec<Pending>,
    /// Thresholds of this scan, kept while codes are unresolved.
    #[serde(default, skip)]
    pub(super) thresholds: Option<super::Thresholds>,
}

/// Findings that hold once a code is known to be foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) code: InviteCode,
    pub(super) findings: Vec<Finding>,
}

impl Verdict {
    /// Nothing was found, not even by an observed rule, and nothing needs asking.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.unresolved.is_empty()
    }

    /// Findings that count.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.observed_only)
    }

    /// The gravest finding that counts: what a card names and a policy decides by.
    pub fn gravest(&self) -> Option<&Finding> {
        self.counting().max_by_key(|finding| finding.severity)
    }
}

macro_rules! written_as_serialised {
    ($($kind:ty),+) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }

        impl std::str::FromStr for $kind {
            type Err = serde::de::value::Error;

            fn from_str(written: &str) -> Result<Self, Self::Err> {
                use serde::de::IntoDeserializer;
                Self::deserialize(written.into_deserializer())
            }
        }
    )+};
}
written_as_serialised!(Severity, Category, View, Level);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_verdict_read_back_as_they_are_written() {
        assert_eq!(Category::SecretRequest.to_string(), "secret-request");
        assert_eq!("secret-request".parse(), Ok(Category::SecretRequest));
        assert_eq!(Severity::Critical.to_string(), "critical");
        assert_eq!("joined".parse(), Ok(View::Joined));
        assert_eq!(Level::Suspicious.to_string(), "suspicious");
        assert!("severe".parse::<Severity>().is_err());
    }

    #[test]
    fn an_empty_verdict_owns_no_memory() {
        let verdict = Verdict::default();
        assert_eq!(
            verdict.findings.capacity() + verdict.unresolved.capacity() + verdict.pending.capacity(),
            0
        );
        assert!(verdict.is_empty());
    }
}
