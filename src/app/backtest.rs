//! Tries a rule on what this guild has on record: the evidence of its cases, as far as it has not been erased. Beyond that
//! lies [`history`]: what Discord's own search brings.

pub mod history;

use std::sync::Arc;

use super::App;
use super::rulebook::Rulebook;
use crate::model::GuildId;
use crate::model::case::{Case, CaseState};
use crate::model::message::MessagePart;
use crate::rules::backtest::{Tally, Trial};
use crate::rules::{Part, RuleMask, RuleMode, Ruleset, ScanContext, Scratch, UnlistedInvites};
use crate::storage::{self, CaseFilter, InGuild};

/// So many of the latest cases are looked at.
const MOST: u32 = 2000;

/// In which of the guild's cases a rule hits, and what moderators said of those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnRecord {
    /// Cases whose message is still on record.
    pub cases: u32,
    /// Those in which the rule hits.
    pub hit: u32,
    /// Those of them that moderators upheld.
    pub upheld: u32,
    /// Those of them that moderators found wrong.
    pub reversed: u32,
}

/// How a rule in force fares on the guild's own record.
pub async fn of_rule(app: &App, guild: GuildId, rule: &str) -> storage::Result<OnRecord> {
    let cases = on_record(app, guild).await?;
    let (rulebook, rule) = (app.rulebook.current(), rule.to_owned());
    Ok(blocking(move || tally(&rulebook, &rule, &cases)).await)
}

/// What a draft would have found on the guild's own record that the rules in force do not.
pub async fn of_draft(
    app: &App,
    guild: GuildId,
    present: Arc<Rulebook>,
    next: Ruleset,
    file: &'static str,
) -> storage::Result<Tally> {
    let cases = on_record(app, guild).await?;
    Ok(blocking(move || {
        let mut trial = Trial::of_file(&present.ruleset, &next, file);
        for case in &cases {
            let parts = parts(case);
            trial.message(&format!("case #{}", case.number), &parts, &context());
        }
        trial.finish()
    })
    .await)
}

async fn on_record(app: &App, guild: GuildId) -> storage::Result<Vec<Case>> {
    let filter = CaseFilter {
        limit: MOST,
        ..CaseFilter::default()
    };
    let mut cases = app.store.cases(InGuild(guild), filter).await?;
    cases.retain(|case| case.evidence.is_some());
    Ok(cases)
}

fn tally(rulebook: &Rulebook, rule: &str, cases: &[Case]) -> OnRecord {
    let mask = alone(rulebook, rule);
    let context = ScanContext {
        mask: Some(&mask),
        ..context()
    };
    let mut scratch = Scratch::new();
    let mut record = OnRecord::default();
    for case in cases {
        record.cases += 1;
        let verdict = rulebook.ruleset.scan(&parts(case), &context, &mut scratch);
        if verdict.findings.is_empty() {
            continue;
        }
        record.hit += 1;
        match case.state {
            CaseState::Confirmed => record.upheld += 1,
            CaseState::Restored => record.reversed += 1,
            CaseState::Open => {}
        }
    }
    record
}

/// One rule and no other.
fn alone(rulebook: &Rulebook, rule: &str) -> RuleMask {
    RuleMask::build(&rulebook.ruleset, |info| {
        if *info.id == *rule {
            RuleMode::Enforce
        } else {
            RuleMode::Off
        }
    })
}

fn parts(case: &Case) -> Vec<Part<'_>> {
    let evidence = case.evidence.iter().flat_map(|evidence| &evidence.parts);
    evidence.map(MessagePart::as_part).collect()
}

fn context() -> ScanContext<'static> {
    ScanContext {
        unlisted_invites: UnlistedInvites::Foreign,
        ..ScanContext::default()
    }
}

/// Scanning a record takes a while: not on a thread that answers others.
async fn blocking<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}
