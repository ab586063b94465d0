//! Judges messages outside a guild, as the bot would judge them in one: what `scan`, `eval` and `explain` share.

use std::path::{Path, PathBuf};

use super::feeds;
use crate::artefacts::secrets;
use crate::rules::explain::Explanation;
use crate::rules::feeds::FeedHosts;
use crate::rules::{
    DomainSet, Part, Place, Ruleset, ScanContext, Scratch, UnlistedInvites, Verdict, domains::Suffixes,
};

/// What the guild is that messages are judged for.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct GuildArguments {
    /// An invite code that leads home; every other invitation counts as foreign.
    #[arg(long = "own-invite", value_name = "CODE")]
    pub own_invites: Vec<String>,
    /// The name of somebody on the staff, against whom display names are compared.
    #[arg(long = "staff-name", value_name = "NAME")]
    pub staff_names: Vec<String>,
    /// A host to treat as listed, with everything below it.
    #[arg(long = "deny-host", value_name = "HOST")]
    pub denied_hosts: Vec<String>,
    /// A feeds.toml: hosts in its lists count as listed. Of addresses the bot's copies are used.
    #[arg(long, value_name = "FILE")]
    pub feeds: Option<PathBuf>,
    /// Where the bot keeps its copies: beside its database.
    #[arg(long, value_name = "DIR", default_value = feeds::COPIES, requires = "feeds")]
    pub copies: PathBuf,
}

/// What is needed to judge a message.
pub(super) struct Judge<'a> {
    ruleset: &'a Ruleset,
    guild: &'a GuildArguments,
    denied: DomainSet,
    feeds: FeedHosts,
    scratch: Scratch,
}

impl<'a> Judge<'a> {
    /// `rules`: the directory of the ruleset, whose lists no feed may condemn. Fails with a sentence about the argument
    /// that is wrong.
    pub(super) fn new(ruleset: &'a Ruleset, rules: &Path, guild: &'a GuildArguments) -> Result<Self, String> {
        let mut denied = DomainSet::new();
        for host in &guild.denied_hosts {
            denied
                .insert(host, Suffixes::Allow)
                .map_err(|refused| format!("--deny-host {host}: {refused}"))?;
        }
        let feeds = match &guild.feeds {
            Some(file) => feeds::hosts(file, rules, &guild.copies)?,
            None => FeedHosts::default(),
        };
        Ok(Self {
            ruleset,
            guild,
            denied,
            feeds,
            scratch: Scratch::new(),
        })
    }

    /// The guild as the engine sees it. Nobody will look an invitation up here, so what is not ours is foreign.
    pub(super) fn context(&self) -> ScanContext<'_> {
        ScanContext {
            own_invites: &self.guild.own_invites,
            staff_names: &self.guild.staff_names,
            denied_hosts: Some(&self.denied),
            feeds: Some(&self.feeds),
            unlisted_invites: UnlistedInvites::Foreign,
            ..ScanContext::default()
        }
    }

    /// Explains one message, secrets taken out before the rules see it.
    pub(super) fn explain(&self, texts: &[(Place, String)], only: Option<&str>) -> Explanation {
        let redacted: Vec<_> = texts.iter().map(|(_, text)| secrets::redact(text)).collect();
        self.ruleset
            .explain(&parts(texts, &redacted), &self.context(), only)
    }

    /// Judges one message, secrets taken out before the rules see it.
    pub(super) fn judge(&mut self, texts: &[(Place, String)]) -> Verdict {
        let redacted: Vec<_> = texts.iter().map(|(_, text)| secrets::redact(text)).collect();
        let parts = parts(texts, &redacted);
        let mut scratch = std::mem::take(&mut self.scratch);
        let verdict = self.ruleset.scan(&parts, &self.context(), &mut scratch);
        self.scratch = scratch;
        verdict
    }
}

fn parts<'a>(texts: &[(Place, String)], redacted: &'a [secrets::Redacted]) -> Vec<Part<'a>> {
    texts
        .iter()
        .zip(redacted)
        .map(|((place, _), redacted)| Part {
            place: *place,
            text: &redacted.text,
            secrets: &redacted.found,
        })
        .collect()
}
