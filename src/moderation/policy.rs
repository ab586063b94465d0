//! What is done about a verdict: `rules/policy.toml` as a value, and the pure function that applies it.
//!
//! Reading the file and telling what is wrong with it is done in `policy_file`; how a decision becomes requests is
//! decided in [`super::plan`].

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::breaker::Limits;
use super::policy_file::{self, PolicyErrors};
use super::softening::{Softened, Softening};
use super::standing::{Standing, Who};
use crate::model::Timestamp;
use crate::model::case::Action;
use crate::model::guild::{GuildSettings, Mode, RuleMode};
use crate::rules::{Category, Finding, Level, Severity, Verdict};

/// The responses of `policy.toml`, in their order. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The score from which on a moderator should look.
    pub(super) suspicious: u32,
    pub(super) responses: Arc<[Response]>,
    pub(super) limits: Limits,
}

/// One `[[response]]`: when it fits, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    /// Kinds of author.
    pub who: Vec<Who>,
    /// At least this sure.
    pub level: Level,
    /// Of one of these; empty: of any but [`Category::Secret`].
    pub categories: Vec<Category>,
    /// At least this grave.
    pub severity: Severity,
    /// At least this many earlier cases.
    pub priors: u32,
    /// Joined at most this long ago.
    pub joined_within: Option<Duration>,
    /// Joined at least this long ago, and left traces here since.
    pub history: Option<Duration>,
    /// Whether the message pings everyone.
    pub pings_everyone: Option<bool>,
    /// Whether all that was found stands in a quotation.
    pub quoted: Option<bool>,
    /// What follows, in the order in which it is carried out.
    pub actions: Vec<Action>,
}

/// What a response may ask about, besides the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Who wrote it.
    pub standing: Standing,
    /// Earlier cases of the author that removed something and were not restored.
    pub priors: u32,
    /// The author wrote here on an earlier day.
    pub wrote_before: bool,
    /// The message pings everyone.
    pub pings_everyone: bool,
    /// All that was found stands in a quotation.
    pub quoted: bool,
    /// The present moment.
    pub now: Timestamp,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// In the order in which it is carried out; never empty.
    pub actions: Vec<Action>,
    /// Why less is done than the policy says about a member in a guild that enforces it.
    pub softened: Option<Softened>,
}

impl Policy {
    /// Name of the policy's file in a rules directory.
    pub const FILE: &str = "policy.toml";

    /// Reads `policy.toml` of a rules directory. The error names every problem with its line.
    pub fn load(directory: &Path) -> Result<Self, PolicyErrors> {
        let path = directory.join(Self::FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| PolicyErrors::unreadable(&path, &error))?;
        Self::parse(&text)
    }

    /// Reads the text of a `policy.toml`.
    pub fn parse(text: &str) -> Result<Self, PolicyErrors> {
        policy_file::parse(text)
    }

    /// Where the bot stops by itself.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether a verdict is worth a case: something suspicious was found, or would have been had this guild not chosen to
    /// only observe the rule.
    pub fn is_worth_a_case(&self, verdict: &Verdict, settings: &GuildSettings) -> bool {
        let is_observed_here = |finding: &Finding| {
            finding.observed_only
                && finding.severity > Severity::Info
                && settings.rule_modes.get(finding.rule.as_ref()) == Some(&RuleMode::Observe)
        };
        verdict.level >= Level::Suspicious
            || (verdict.shadow_score >= self.suspicious && verdict.findings.iter().any(is_observed_here))
    }

    /// What is done about a verdict that [is worth a case](Self::is_worth_a_case).
    pub fn decide(
        &self,
        verdict: &Verdict,
        circumstances: &Circumstances,
        settings: &GuildSettings,
    ) -> Decision {
        if verdict.level < Level::Suspicious {
            return only_log(Softening::RuleObserved, Vec::new());
        }
        let actions = self.actions(verdict, circumstances);
        if actions != [Action::Log] && !settings.set_up {
            return only_log(Softening::NotSetUp, actions);
        }
        if actions != [Action::Log] && settings.mode == Mode::Observe {
            return only_log(Softening::Observing, actions);
        }
        let mut softened = None;
        if circumstances.standing.who == Who::Staff {
            let standing = Standing {
                who: Who::Member,
                ..circumstances.standing
            };
            let mut spared = self.actions(
                verdict,
                &Circumstances {
                    standing,
                    ..*circumstances
                },
            );
            spared.retain(|action| *action != Action::Log && !actions.contains(action));
            softened = (!spared.is_empty()).then_some(Softened {
                why: Softening::Staff,
                spared,
            });
        }
        Decision { actions, softened }
    }

    /// What the first response that fits says; a review card when none fits.
    fn actions(&self, verdict: &Verdict, circumstances: &Circumstances) -> Vec<Action> {
        self.responses
            .iter()
            .find(|response| response.fits(verdict, circumstances))
            .map_or_else(|| vec![Action::Log], |response| response.actions.clone())
    }
}

fn only_log(why: Softening, spared: Vec<Action>) -> Decision {
    Decision {
        actions: vec![Action::Log],
        softened: Some(Softened { why, spared }),
    }
}

impl Response {
    fn fits(&self, verdict: &Verdict, circumstances: &Circumstances) -> bool {
        let Circumstances {
            standing,
            priors,
            wrote_before,
            pings_everyone,
            quoted,
            now,
        } = *circumstances;
        let has_past = |span: Duration| {
            let traces = standing.holds_roles || wrote_before;
            traces && standing.joined_at.is_some_and(|joined| now.since(joined) >= span)
        };
        let is_new = |span: Duration| standing.joined_at.is_some_and(|joined| now.since(joined) <= span);
        self.who.contains(&standing.who)
            && verdict.level >= self.level
            && verdict.counting().any(|finding| self.is_about(finding))
            && priors >= self.priors
            && self.joined_within.is_none_or(is_new)
            && self.history.is_none_or(has_past)
            && self.pings_everyone.is_none_or(|wanted| wanted == pings_everyone)
            && self.quoted.is_none_or(|wanted| wanted == quoted)
    }

    fn is_about(&self, finding: &Finding) -> bool {
        finding.severity >= self.severity
            && match self.categories.as_slice() {
                [] => finding.category != Category::Secret,
                named => named.contains(&finding.category),
            }
    }

    /// Whether whatever fits `later` fits this one too, so that `later` never decides anything.
    pub(super) fn covers(&self, later: &Self) -> bool {
        let categories = match (self.categories.as_slice(), later.categories.as_slice()) {
            ([], theirs) => !theirs.contains(&Category::Secret),
            (_, []) => false,
            (ours, theirs) => theirs.iter().all(|category| ours.contains(category)),
        };
        categories
            && later.who.iter().all(|who| self.who.contains(who))
            && self.level <= later.level
            && self.severity <= later.severity
            && self.priors <= later.priors
            && self
                .joined_within
                .is_none_or(|ours| later.joined_within.is_some_and(|theirs| theirs <= ours))
            && self
                .history
                .is_none_or(|ours| later.history.is_some_and(|theirs| theirs >= ours))
            && (self.pings_everyone.is_none() || self.pings_everyone == later.pings_everyone)
            && (self.quoted.is_none() || self.quoted == later.quoted)
    }
}

#[cfg(test)]
mod tests;
