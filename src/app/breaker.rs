//! Looks after each removal and each reversal whether a rule has to stop acting in that guild.
//!
//! When it has to is decided in `moderation::breaker`; stopping it is one transaction of the store.

use super::App;
use crate::model::GuildId;
use crate::model::case::{Case, CaseState};
use crate::moderation::breaker::Limits;
use crate::storage::{ActivitySpan, CaseFilter, InGuild, Result};

/// Cases whose rules are looked at after a start.
const LATEST: u32 = 20;

/// Stops the rules of a case that have to stop. A store that fails is logged: the case itself is in order.
///
/// Only a reversal and the removal of what a member of long standing wrote can stop a rule, so nothing else is looked up:
/// a raid by young accounts may hit by the thousand.
pub async fn watch(app: &App, case: &Case) {
    let limits = app.rulebook.current().policy.limits();
    if case.state != CaseState::Restored && !is_tenured(case, limits) {
        return;
    }
    let mut rules: Vec<&str> = case
        .findings
        .iter()
        .filter(|finding| !finding.observed_only)
        .map(|finding| &*finding.rule)
        .collect();
    rules.sort_unstable();
    rules.dedup();
    for rule in rules {
        if let Err(error) = look_at(app, case, rule, limits).await {
            tracing::error!(guild = %case.guild, rule, %error, "how a rule fares could not be looked up");
        }
    }
}

/// Looks at the rules of a guild's latest cases: a crash may have come between a removal and the look after it.
pub async fn catch_up(app: &App, guild: GuildId) {
    let latest = CaseFilter {
        limit: LATEST,
        ..CaseFilter::default()
    };
    match app.store.cases(InGuild(guild), latest).await {
        Ok(cases) => {
            for case in &cases {
                watch(app, case).await;
            }
        }
        Err(error) => tracing::error!(%guild, %error, "the latest cases could not be looked at"),
    }
}

/// Whether a case is about a member of long standing.
fn is_tenured(case: &Case, limits: Limits) -> bool {
    let author = case.evidence.as_ref().map(|evidence| &evidence.author);
    author
        .and_then(|author| author.joined_at)
        .is_some_and(|joined| case.opened_at.since(joined) >= limits.tenure)
}

async fn look_at(app: &App, case: &Case, rule: &str, limits: Limits) -> Result<()> {
    let (guild, now) = (InGuild(case.guild), app.clock.now());
    let span = ActivitySpan {
        since: now - limits.window,
        tenure_ms: i64::try_from(limits.tenure.as_millis()).unwrap_or(i64::MAX),
        decisions: limits.of,
    };
    let activity = app.store.rule_activity(guild, rule, span).await?;
    let Some(why) = limits.trip(activity) else {
        return Ok(());
    };
    let own = app
        .guilds
        .directory(case.guild)
        .map_or(crate::model::UserId(0), |directory| directory.own_user);
    let paused = app
        .store
        .pause_rule(guild, rule.to_owned(), why, own, now)
        .await?;
    if let Some((pause, settings)) = paused {
        app.guilds.put_settings(case.guild, settings);
        app.performer.wake();
        tracing::warn!(guild = %case.guild, rule, pause = %pause.id, ?why, "a rule stopped acting by itself");
    }
    Ok(())
}
