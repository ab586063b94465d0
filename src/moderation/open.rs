//! Opens a case: evidence, decision and planned effects in one transaction of the store.
//!
//! Scanning comes before (`app::judge`), carrying the effects out comes after (`app::performer`).

use super::plan::plan;
use super::policy::{Circumstances, Policy};
use super::quoting::all_quoted;
use super::standing::Standing;
use crate::model::Timestamp;
use crate::model::effect::EffectRow;
use crate::model::guild::{Directory, GuildSettings};
use crate::model::message::IncomingMessage;
use crate::rules::Verdict;
use crate::storage::{self, CaseFacts, CasePlan, Cases, Decide, InGuild, OpenedCase};

/// By what a message is judged, beside its verdict.
#[derive(Clone, Copy, Debug)]
pub struct Court<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The guild's settings.
    pub settings: &'a GuildSettings,
    /// What is known of the guild's roles; tells staff from members.
    pub directory: Option<&'a Directory>,
}

/// Opens a case for a message, or answers `None` when its verdict is not worth one. With a lease, the effects that wait
/// for nothing come back leased until then, for the caller to carry out; all others are the performer's, who has to be
/// woken.
pub async fn open_case<S: Cases + ?Sized>(
    store: &S,
    court: Court<'_>,
    message: IncomingMessage,
    verdict: Verdict,
    now: Timestamp,
    lease_until: Option<Timestamp>,
) -> storage::Result<Option<(OpenedCase, Vec<EffectRow>)>> {
    if !court.policy.is_worth_a_case(&verdict, court.settings) {
        return Ok(None);
    }
    let decide = deciding(court, &message, &verdict, now);
    let guild = InGuild(message.guild);
    let opened = if let Some(until) = lease_until {
        store
            .open_case_leasing(guild, message, verdict, now, decide, until)
            .await?
    } else {
        let opened = store.open_case(guild, message, verdict, now, decide).await?;
        (opened, Vec::new())
    };
    Ok(Some(opened))
}

/// The decision on a message, to be run once the store knows the facts.
pub fn deciding(
    court: Court<'_>,
    message: &IncomingMessage,
    verdict: &Verdict,
    now: Timestamp,
) -> Decide<CaseFacts, CasePlan> {
    let known = Circumstances {
        standing: Standing::of(&message.author, court.settings, court.directory),
        priors: 0,
        pings_everyone: message.mentions_everyone,
        quoted: all_quoted(message, &verdict.findings),
        now,
    };
    let (policy, settings) = (court.policy.clone(), court.settings.clone());
    let (judged, evidence) = (verdict.clone(), message.clone());
    Box::new(move |facts: CaseFacts| {
        let circumstances = Circumstances {
            priors: facts.prior_cases,
            ..known
        };
        let decision = policy.decide(&judged, &circumstances, &settings);
        let decision = policy.limits().hold_back(decision, facts.recent_bans);
        plan(facts.case, &evidence, decision, &settings, now)
    })
}
