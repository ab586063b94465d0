//! From an effect's row to the order that carries it out: reads the case or ticket as it is now, because what is said is
//! rendered at the moment it is sent.

use std::sync::Arc;

use super::{notices, timeouts};
use crate::app::App;
use crate::app::kept::kept;
use crate::app::platform::{Order, Task};
use crate::model::campaign::Campaign;
use crate::model::case::{Case, CaseDeed, CaseState};
use crate::model::effect::{Effect, EffectRow, EffectState, Held};
use crate::model::guild::{GuildSettings, Tier};
use crate::model::message::IncomingMessage;
use crate::model::notice::Notice;
use crate::model::ticket::{Surface, Ticket};
use crate::model::{CaseId, ChannelId, GuildId, RoleId, TicketId, WebhookId};
use crate::moderation::plan::{audit_reason, removal_key};
use crate::rules::Place;
use crate::storage::{self, InGuild};

/// What an effect comes to.
#[derive(Debug)]
pub enum Prepared {
    /// Ask this of Discord.
    Order(Box<Order>),
    /// Fetch and keep the files of this case.
    Keep(Box<Case>),
    /// Look for copies of this case's message.
    Purge(Box<Case>),
    /// There is nothing left to do.
    Needless,
    /// It cannot be done until somebody changes something: why, for staff.
    Impossible(&'static str),
}

/// Why a step with a thread cannot be taken.
const NO_THREAD: &str = "the ticket has no thread";
/// A channel that nobody has chosen.
pub(super) const NO_MOD_LOG: &str = "no mod-log channel is set: run /setup channels";
const NO_STAFF_CHANNEL: &str = "no staff channel is set: run /setup channels";
const NO_SUPPORT_CHANNEL: &str = "no support channel is set: run /setup channels";
/// Erased by retention or on request.
const NO_EVIDENCE: &str = "the message's content has been erased";

/// Turns a row into an order. `case`: its case, if that was read just now.
pub async fn prepare(app: &App, row: &EffectRow, case: Option<Box<Case>>) -> storage::Result<Prepared> {
    let task = if let Some(id) = row.effect.case() {
        let case = match case {
            Some(case) => Some(*case),
            None => app.store.case(InGuild(row.guild), id).await?,
        };
        let Some(case) = case else {
            return Ok(Prepared::Needless);
        };
        of_case(app, row, case).await?
    } else if let Some(ticket) = row.effect.ticket() {
        let Some(ticket) = app.store.ticket(InGuild(row.guild), ticket).await? else {
            return Ok(Prepared::Needless);
        };
        of_ticket(app, row, ticket).await?
    } else if let Effect::PostHoneypotNotice { channel } = row.effect {
        // It may be another channel by now, or none.
        if settings(app, row.guild).await?.honeypot == Some(channel) {
            Ok(Task::PostHoneypotNotice { channel })
        } else {
            Err(Prepared::Needless)
        }
    } else if let Effect::TellOwner { user } = row.effect {
        Ok(Task::TellOwner {
            user,
            guild_name: guild_name(app, row.guild),
        })
    } else {
        notices::of_guild(app, row).await?
    };
    Ok(match task {
        Ok(task) => Prepared::Order(Box::new(Order {
            key: row.key.clone(),
            guild: row.guild,
            planned_at: row.planned_at,
            task,
        })),
        Err(other) => other,
    })
}

async fn of_case(app: &App, row: &EffectRow, case: Case) -> storage::Result<Result<Task, Prepared>> {
    let guild = InGuild(row.guild);
    let reason = || audit_reason(&case);
    Ok(Ok(match row.effect {
        Effect::KeepAttachments { .. } => return Ok(Err(Prepared::Keep(Box::new(case)))),
        // Found harmless before it could be done: the message stays where it is, and nobody is told of it or punished for it.
        Effect::DeleteMessage { .. }
        | Effect::DeleteThread { .. }
        | Effect::RenameThread { back: false, .. }
        | Effect::TimeoutMember { .. }
        | Effect::AddRole { .. }
        | Effect::KickMember { .. }
        | Effect::BanMember { .. }
        | Effect::TellAuthor { .. }
            if case.state == CaseState::Restored =>
        {
            return Ok(Err(Prepared::Needless));
        }
        Effect::DeleteMessage { channel, message, .. } => Task::DeleteMessage {
            channel,
            message,
            reason: reason(),
        },
        Effect::DeleteThread { thread, .. } => Task::DeleteThread {
            thread,
            reason: reason(),
        },
        Effect::RenameThread { thread, back, .. } => {
            let title = case.evidence.as_ref().and_then(title_of);
            if back && title.is_none() {
                return Ok(Err(Prepared::Impossible(NO_EVIDENCE)));
            }
            Task::RenameThread {
                thread,
                name: title.filter(|_| back),
                reason: reason(),
            }
        }
        Effect::TimeoutMember { until, .. } if until <= app.clock.now() => {
            return Ok(Err(Prepared::Needless));
        }
        Effect::RenewTimeout { .. } if is_let_off(&case) => return Ok(Err(Prepared::Needless)),
        Effect::TimeoutMember { .. } | Effect::RenewTimeout { .. } => {
            match timeouts::time_out(app, row, reason()).await {
                Some(task) => task,
                None => return Ok(Err(Prepared::Needless)),
            }
        }
        Effect::LiftBan { .. } | Effect::RemoveRole { .. }
            if app.store.still_held(guild, row.id, app.clock.now()).await? != Held::No =>
        {
            return Ok(Err(Prepared::Needless));
        }
        Effect::LiftBan { user, .. } => Task::LiftBan {
            user,
            reason: reason(),
        },
        Effect::LiftTimeout { .. } => match timeouts::lift(app, row, reason()).await? {
            Some(task) => task,
            None => return Ok(Err(Prepared::Needless)),
        },
        Effect::AddRole { user, role, .. } => Task::AddRole {
            user,
            role,
            reason: reason(),
        },
        Effect::RemoveRole { user, role, .. } => Task::RemoveRole {
            user,
            role,
            reason: reason(),
        },
        Effect::KickMember { user, .. } => Task::KickMember {
            user,
            reason: reason(),
        },
        Effect::BanMember {
            user, delete_seconds, ..
        } => Task::BanMember {
            user,
            delete_seconds,
            reason: reason(),
        },
        Effect::TellAuthor { user, .. } => Task::TellAuthor {
            user,
            case: Box::new(case),
            guild_name: guild_name(app, row.guild),
        },
        Effect::TellAnswer { user, .. } => Task::TellAnswer {
            user,
            kept: kept(app, row.guild, case.id, user).await?,
            case: Box::new(case),
            guild_name: guild_name(app, row.guild),
        },
        Effect::TellRestored { user, .. } => Task::TellRestored {
            user,
            kept: kept(app, row.guild, case.id, user).await?,
            case: Box::new(case),
            guild_name: guild_name(app, row.guild),
        },
        Effect::PurgeCopies { .. } => return Ok(Err(Prepared::Purge(Box::new(case)))),
        Effect::PostReviewCard { .. } => {
            if case.card.is_some() {
                return Ok(Err(Prepared::Needless));
            }
            let settings = settings(app, row.guild).await?;
            let Some(channel) = settings.mod_log else {
                return Ok(Err(Prepared::Impossible(NO_MOD_LOG)));
            };
            let (case, campaign, troubles) = shown(app, guild, case).await?;
            Task::PostReviewCard {
                channel,
                case,
                campaign,
                troubles,
            }
        }
        Effect::AlertOfStolenStaff { .. } => return alert(app, row.guild, case).await,
        Effect::RefreshReviewCard { .. } => {
            let (case, campaign, troubles) = shown(app, guild, case).await?;
            let Some((channel, message)) = case.card else {
                return Ok(Err(Prepared::Needless));
            };
            Task::RefreshReviewCard {
                channel,
                message,
                case,
                campaign,
                troubles,
            }
        }
        Effect::RestoreMessage { case: id } => {
            if case.evidence.is_none() {
                return Ok(Err(Prepared::Impossible(NO_EVIDENCE)));
            }
            if case.restored_as.is_some() || still_stands(app, row.guild, &case).await? {
                return Ok(Err(Prepared::Needless));
            }
            restore(app, row.guild, id, case).await?
        }
        _ => return Ok(Err(Prepared::Needless)),
    }))
}

/// Who is alerted of a stolen staff account: the guild's owner, or, where the account is the owner's own, moderators.
async fn alert(app: &App, guild: GuildId, case: Case) -> storage::Result<Result<Task, Prepared>> {
    let settings = settings(app, guild).await?;
    let Some(channel) = settings.mod_log else {
        return Ok(Err(Prepared::Impossible(NO_MOD_LOG)));
    };
    let owner = app
        .guilds
        .directory(guild)
        .map(|directory| directory.owner)
        .filter(|owner| *owner != case.author);
    let moderators = settings
        .staff_roles
        .iter()
        .filter(|(tier, _)| *tier == Tier::Moderator);
    let roles = if owner.is_some() {
        Vec::new()
    } else {
        moderators.map(|(_, role)| *role).collect()
    };
    Ok(Ok(Task::AlertOfStolenStaff {
        channel,
        case: Box::new(case),
        owner,
        roles,
    }))
}

/// What the card of a case shows: the case itself, or the lead of its campaign with all that belongs to it.
async fn shown(
    app: &App,
    guild: InGuild,
    case: Case,
) -> storage::Result<(Box<Case>, Option<Box<Campaign>>, Vec<EffectRow>)> {
    let Some(campaign) = app.store.campaign(guild, case.id).await? else {
        let troubles = app.store.troubled_effects_of_case(guild, case.id).await?;
        return Ok((Box::new(case), None, troubles));
    };
    let troubles = app.store.troubled_effects_of_campaign(guild, case.id).await?;
    let lead = app.store.case(guild, campaign.lead).await?.unwrap_or(case);
    Ok((Box::new(lead), Some(Box::new(campaign)), troubles))
}

/// The title that a case is about, unless it held a secret.
fn title_of(message: &IncomingMessage) -> Option<String> {
    let mut titles = message
        .parts
        .iter()
        .filter(|part| part.place == Place::ThreadName);
    let title = titles.next().filter(|title| title.secrets.is_empty())?;
    Some(title.text.clone())
}

/// Whether moderators have ended what the case brought on its author.
fn is_let_off(case: &Case) -> bool {
    case.state == CaseState::Restored || case.history.iter().any(|event| event.deed == CaseDeed::LetBack)
}

/// Whether the message of a case was never taken away, so that putting it back would post a second one. Where Discord does
/// not say, the end of the removal decides. What AutoMod blocked was never there to be removed.
async fn still_stands(app: &App, guild: GuildId, case: &Case) -> storage::Result<bool> {
    let Some(removal) = app
        .store
        .effect_by_key(InGuild(guild), &removal_key(case.id))
        .await?
    else {
        return Ok(false);
    };
    let Effect::DeleteMessage { channel, message, .. } = removal.effect else {
        return Ok(false);
    };
    Ok(match app.platform.message(guild, channel, message).await {
        Ok(found) => found.is_some(),
        Err(error) => {
            tracing::info!(%guild, case = %case.id, %error, "whether a message still stands could not be read");
            removal.state != EffectState::Done
        }
    })
}

async fn restore(app: &App, guild: GuildId, id: CaseId, case: Case) -> storage::Result<Task> {
    let attachments = app.store.kept_attachments(InGuild(guild), id).await?;
    let webhook = webhook_of(app, guild, case.channel).await?;
    Ok(Task::RestoreMessage {
        case: Box::new(case),
        attachments,
        webhook,
    })
}

/// Our webhook where a message of this channel or thread is posted.
async fn webhook_of(app: &App, guild: GuildId, channel: ChannelId) -> storage::Result<Option<WebhookId>> {
    let home = app
        .guilds
        .directory(guild)
        .and_then(|directory| directory.home_of(channel).map(|home| home.id));
    let home = home.unwrap_or(channel);
    let known = app.store.own_webhooks(InGuild(guild)).await?;
    Ok(known
        .into_iter()
        .find(|(place, _)| *place == home)
        .map(|(_, webhook)| webhook))
}

async fn of_ticket(app: &App, row: &EffectRow, ticket: Ticket) -> storage::Result<Result<Task, Prepared>> {
    let guild = InGuild(row.guild);
    let id = ticket.id;
    let thread = ticket.thread;
    let boxed = |ticket: Ticket| Box::new(ticket);
    macro_rules! thread {
        () => {
            match thread {
                Some(thread) => thread,
                None => return Ok(Err(Prepared::Impossible(NO_THREAD))),
            }
        };
    }
    if opens_again(&row.effect, &ticket) {
        return Ok(Err(Prepared::Needless));
    }
    Ok(Ok(match row.effect {
        Effect::CreateTicketThread { round, .. } => {
            if ticket.round > round || (ticket.thread.is_some() && ticket.round == round) {
                return Ok(Err(Prepared::Needless));
            }
            let settings = settings(app, row.guild).await?;
            let Some(parent) = settings.support else {
                return Ok(Err(Prepared::Impossible(NO_SUPPORT_CHANNEL)));
            };
            Task::CreateTicketThread {
                parent,
                ticket: boxed(ticket),
            }
        }
        Effect::AddToThread { user, .. } => Task::AddToThread {
            thread: thread!(),
            user,
        },
        Effect::RemoveFromThread { user, .. } => match thread {
            Some(thread) => Task::RemoveFromThread { thread, user },
            None => return Ok(Err(Prepared::Needless)),
        },
        Effect::PostWelcome { .. } => {
            let settings = settings(app, row.guild).await?;
            Task::PostWelcome {
                thread: thread!(),
                ticket: boxed(ticket),
                settings: Box::new((*settings).clone()),
            }
        }
        Effect::PostStaffCard { .. } => {
            if ticket.staff_card.is_some() {
                return Ok(Err(Prepared::Needless));
            }
            let settings = settings(app, row.guild).await?;
            let Some(channel) = settings.staff else {
                return Ok(Err(Prepared::Impossible(NO_STAFF_CHANNEL)));
            };
            let troubles = app.store.troubled_effects_of_ticket(guild, id).await?;
            Task::PostStaffCard {
                channel,
                ticket: boxed(ticket),
                troubles,
                ping: roles_of(&settings, Tier::L1),
            }
        }
        Effect::RefreshStaffCard { .. } => {
            let Some((channel, message)) = ticket.staff_card else {
                return Ok(Err(Prepared::Needless));
            };
            let troubles = app.store.troubled_effects_of_ticket(guild, id).await?;
            Task::RefreshStaffCard {
                channel,
                message,
                ticket: boxed(ticket),
                troubles,
            }
        }
        Effect::PostEscalationCard { escalation, .. } => {
            let asked = app
                .store
                .escalations(guild, id)
                .await?
                .into_iter()
                .find(|one| one.ordinal == escalation);
            let Some(asked) = asked else {
                return Ok(Err(Prepared::Needless));
            };
            let settings = settings(app, row.guild).await?;
            let Some(channel) = settings.team_channel(asked.team) else {
                return Ok(Err(Prepared::Impossible(NO_STAFF_CHANNEL)));
            };
            let team = asked.team;
            let ping = roles_of(&settings, team);
            Task::PostEscalationCard {
                channel,
                ticket: boxed(ticket),
                escalation: Box::new(asked),
                team,
                ping,
            }
        }
        Effect::TellInThread { event, notice, .. } => {
            let note = note(app, row.guild, id, event).await?;
            Task::TellInThread {
                thread: thread!(),
                ticket: boxed(ticket),
                notice,
                note,
            }
        }
        Effect::TellOpener { event, notice, .. } => {
            let note = note(app, row.guild, id, event).await?;
            Task::TellOpener {
                user: ticket.opener,
                ticket: boxed(ticket),
                notice,
                note,
                guild_name: guild_name(app, row.guild),
            }
        }
        // A ticket that was opened again meanwhile keeps its thread open.
        Effect::ArchiveThread { .. } if ticket.state.is_open() => return Ok(Err(Prepared::Needless)),
        Effect::ArchiveThread { .. } => match thread {
            Some(thread) => Task::ArchiveThread { thread },
            None => return Ok(Err(Prepared::Needless)),
        },
        Effect::ReviveThread { .. } => Task::ReviveThread { thread: thread!() },
        _ => return Ok(Err(Prepared::Needless)),
    }))
}

/// Whether an effect comes too late: the ticket was closed meanwhile, and Discord opens an archived thread for whoever writes in it.
fn opens_again(effect: &Effect, ticket: &Ticket) -> bool {
    let told = match effect {
        Effect::AddToThread { .. } => ticket.surface == Surface::Archived,
        Effect::TellInThread { notice, .. } => *notice != Notice::Closed,
        _ => false,
    };
    told && !ticket.state.is_open()
}

fn roles_of(settings: &GuildSettings, tier: Tier) -> Vec<RoleId> {
    let roles = settings.staff_roles.iter();
    roles
        .filter(|(of, _)| *of == tier)
        .map(|(_, role)| *role)
        .collect()
}

/// The words that came with an event of a ticket.
async fn note(app: &App, guild: GuildId, ticket: TicketId, event: u32) -> storage::Result<Option<String>> {
    let events = app.store.ticket_events(InGuild(guild), ticket).await?;
    Ok(events
        .into_iter()
        .find(|one| one.ordinal == event)
        .and_then(|one| one.note))
}

pub(super) async fn settings(app: &App, guild: GuildId) -> storage::Result<Arc<GuildSettings>> {
    app.guilds.load(app.store.as_ref(), guild).await
}

pub(super) fn guild_name(app: &App, guild: GuildId) -> String {
    app.guilds
        .directory(guild)
        .map_or_else(|| "the server".to_owned(), |directory| directory.name.clone())
}
