//! Opens a case: evidence, decision and planned effects in one transaction of the store.
//!
//! Scanning comes before (`app::judge`), carrying the effects out comes after (`app::performer`).

use std::time::Duration;

use super::copies::{is_first_of_its_kind, only_alike, purge, within_limits};
use super::plan::{key, plan};
use super::policy::{Circumstances, Policy};
use super::quoting::all_quoted;
use super::standing::{Standing, Who};
use crate::model::case::Action;
use crate::model::effect::{Effect, EffectDraft, EffectRow};
use crate::model::fingerprint::Fingerprint;
use crate::model::guild::{Directory, GuildSettings};
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, Timestamp};
use crate::rules::Verdict;
use crate::storage::{self, Campaigns, CaseFacts, CasePlan, Decide, InGuild, Judgement, OpenedCase};

/// Whoever wrote first so long ago did so on an earlier day.
const EARLIER: Duration = Duration::from_hours(24);

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

/// Opens a case for a message, or answers `None` when its verdict is not worth one. A copy of a case's message joins its
/// campaign. With a lease, the effects that wait
/// for nothing come back leased until then, for the caller to carry out; all others are the performer's, who has to be
/// woken.
pub async fn open_case<S: Campaigns + ?Sized>(
    store: &S,
    court: Court<'_>,
    message: IncomingMessage,
    verdict: Verdict,
    fingerprint: Fingerprint,
    now: Timestamp,
    lease_until: Option<Timestamp>,
) -> storage::Result<Option<(OpenedCase, Vec<EffectRow>)>> {
    if !court.policy.is_worth_a_case(&verdict, court.settings) {
        return Ok(None);
    }
    let decide = deciding(court, &message, &verdict, fingerprint, now);
    let standing = Standing::of(&message.author, court.settings, court.directory);
    store
        .open_copy(
            InGuild(message.guild),
            Judgement {
                message,
                verdict,
                fingerprint,
                poster: standing.poster(now),
            },
            now,
            decide,
            lease_until,
        )
        .await
        .map(Some)
}

/// The decision on a message, to be run once the store knows the facts.
pub fn deciding(
    court: Court<'_>,
    message: &IncomingMessage,
    verdict: &Verdict,
    fingerprint: Fingerprint,
    now: Timestamp,
) -> Decide<CaseFacts, CasePlan> {
    let known = Circumstances {
        standing: Standing::of(&message.author, court.settings, court.directory),
        priors: 0,
        wrote_before: false,
        pings_everyone: message.mentions_everyone,
        quoted: all_quoted(message, &verdict.findings),
        now,
    };
    let (policy, settings) = (court.policy.clone(), court.settings.clone());
    let (judged, evidence) = (verdict.clone(), message.clone());
    Box::new(move |facts: CaseFacts| {
        let circumstances = Circumstances {
            priors: facts.prior_cases,
            wrote_before: facts.first_wrote.is_some_and(|first| now.since(first) >= EARLIER),
            ..known
        };
        let decision = policy.decide(&judged, &circumstances, &settings);
        let mut decision = policy.limits().hold_back(decision, facts.recent_bans);
        // Asked before the campaign's limits: whoever was sent recovery steps is not sent them again, but staff are alerted.
        let stolen = is_stolen_from_staff(&known, &evidence, &decision.actions);
        if let Some(campaign) = &facts.campaign {
            decision = within_limits(decision, campaign, only_alike(&judged));
        }
        let looks = is_first_of_its_kind(&fingerprint, &decision.actions, facts.campaign.as_ref());
        let mut plan = plan(facts.case, &evidence, decision, &settings, now);
        if looks {
            plan.effects.push(purge(facts.case, 0, now));
        }
        if stolen && plan.actions != [Action::Log] && settings.mod_log.is_some() {
            plan.effects.push(alert(facts.case, &evidence, now));
        }
        if facts.campaign.is_some() {
            // The campaign has a card already; the store brings it up to date.
            plan.effects
                .retain(|draft| !matches!(draft.effect, Effect::PostReviewCard { .. }));
        }
        plan
    })
}

/// Whether the policy takes a team member's account for stolen. One who pastes a live link without quoting it is no thief.
fn is_stolen_from_staff(known: &Circumstances, message: &IncomingMessage, actions: &[Action]) -> bool {
    let is_person = message.author.webhook.is_none() && !message.author.bot;
    is_person && known.standing.who == Who::Staff && actions.contains(&Action::Recover)
}

/// The alert about a team member's account: after the card it speaks of, and once an hour for each account.
fn alert(case: CaseId, message: &IncomingMessage, now: Timestamp) -> EffectDraft {
    let hour = now.0 / 3_600_000;
    EffectDraft::new(
        format!("stolen-staff:{}:{hour}", message.author.id),
        Effect::AlertOfStolenStaff { case },
    )
    .after(key(case, "card"))
}
