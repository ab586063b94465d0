//! What a scan must know besides the text: the guild's own invitations, names, hosts and rule modes.
//!
//! Everything here is borrowed and read-only; nothing is looked up during a scan.

use std::time::Duration;

use super::compile::Ruleset;
use super::domains::DomainSet;
use super::exemption::Exemptions;
use super::feeds::FeedHosts;
use super::load::RuleInfo;
use super::seen_hosts::SeenHosts;
use super::thresholds::Thresholds;

/// What is known about the guild and the message while its text is scanned.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScanContext<'a> {
    /// Invite codes and vanity codes that lead home, compared without case.
    pub own_invites: &'a [String],
    /// Names of staff, against which names of strangers are compared.
    pub staff_names: &'a [String],
    /// Hosts that are known to be bad, beside those the rules name.
    pub denied_hosts: Option<&'a DomainSet>,
    /// Hosts that imported lists hold.
    pub feeds: Option<&'a FeedHosts>,
    /// Hosts that are welcome here: such a link is neither unknown nor listed nor a lookalike. It excuses itself only.
    pub allowed_hosts: Option<&'a DomainSet>,
    /// The guild's modes of single rules, already narrowed to this channel and these roles.
    pub mask: Option<&'a RuleMask>,
    /// What the guild has exempted, rule by rule.
    pub exemptions: Option<&'a Exemptions>,
    /// The guild's thresholds; absent: those of the ruleset.
    pub thresholds: Option<Thresholds>,
    /// What an invitation is that is not in `own_invites`.
    pub unlisted_invites: UnlistedInvites,
    /// The message pings everyone or everyone online (Discord says so; the text alone may only pretend).
    pub mentions_everyone: bool,
    /// The text comes from an edit.
    pub edited: bool,
    /// How long ago the author joined this guild; unknown accuses nobody.
    pub member_for: Option<Duration>,
    /// It is the author's first message here.
    pub first_message: bool,
    /// Where was linked to here before; absent: nobody keeps count, and no link is new.
    pub seen_hosts: Option<&'a SeenHosts>,
    /// The same text was seen a short while ago in another channel or by another author.
    pub text_elsewhere: bool,
    /// The same account just posted the same in several channels.
    pub cadence: bool,
    /// Somebody else asked for help here in public a short while ago.
    pub answers_cry: bool,
}

/// What an invitation is that is not in [`ScanContext::own_invites`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnlistedInvites {
    /// Unknown until somebody asks: it goes to `Verdict::unresolved`.
    #[default]
    Unresolved,
    /// Foreign, because nobody will ask (`nightdesk scan`).
    Foreign,
}

/// How a rule counts in one guild.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RuleMode {
    /// As written.
    #[default]
    Enforce,
    /// Found and explained, never counted.
    Observe,
    /// Not looked at: switched off here, or this author or channel is exempt.
    Off,
}

/// One guild's modes over the shared rules. Belongs to the ruleset it was built for.
#[derive(Debug, Clone, Default)]
pub struct RuleMask {
    modes: Box<[RuleMode]>,
}

impl RuleMask {
    /// Asks `mode` once per rule.
    pub fn build(ruleset: &Ruleset, mode: impl FnMut(&RuleInfo) -> RuleMode) -> Self {
        Self {
            modes: ruleset.rules().iter().map(mode).collect(),
        }
    }

    /// The mode of the rule with this index; a rule the mask does not know is enforced.
    pub(super) fn mode(&self, rule: usize) -> RuleMode {
        self.modes.get(rule).copied().unwrap_or_default()
    }
}
