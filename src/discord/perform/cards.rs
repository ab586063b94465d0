//! Which words an order says, and where: every order that ends in a message.

use crate::app::platform::{Order, Task};
use crate::discord::words::{self, Saying};
use crate::model::{ChannelId, MessageId, UserId};

/// A message to be sent or changed.
pub(super) struct Card {
    /// Where it goes.
    pub(super) place: Place,
    /// What it is about: its marker is made from it, so that a card keeps its marker when it is brought up to date.
    pub(super) seed: String,
    /// What it says.
    pub(super) saying: Saying,
}

/// Where a message goes.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Channel(ChannelId),
    Inbox(UserId),
    Message(ChannelId, MessageId),
}

/// The message of an order; `None` when it is no message, or one that a webhook posts.
pub(super) fn card_of(order: &Order) -> Option<Card> {
    let own = || format!("{}@{}", order.key, order.planned_at.0);
    Some(match &order.task {
        Task::TellAuthor {
            user,
            case,
            guild_name,
        } => Card {
            place: Place::Inbox(*user),
            seed: own(),
            saying: words::moderation::tell_author(case, guild_name),
        },
        Task::TellAnswer {
            user,
            case,
            guild_name,
            kept,
        } => Card {
            place: Place::Inbox(*user),
            seed: own(),
            saying: words::moderation::tell_answer(case, guild_name, *kept),
        },
        Task::TellRestored {
            user,
            case,
            guild_name,
            kept,
        } => Card {
            place: Place::Inbox(*user),
            seed: own(),
            saying: words::moderation::tell_restored(case, guild_name, *kept),
        },
        Task::PostReviewCard {
            channel,
            case,
            campaign,
            troubles,
        } => Card {
            place: Place::Channel(*channel),
            seed: format!("review-card:{}@{}", case.id, case.opened_at.0),
            saying: words::moderation::review_card(case, campaign.as_deref(), troubles),
        },
        Task::AlertOfStolenStaff {
            channel,
            case,
            owner,
            roles,
        } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: words::moderation::alert_of_stolen_staff(case, *owner, roles),
        },
        Task::RefreshReviewCard {
            channel,
            message,
            case,
            campaign,
            troubles,
        } => Card {
            place: Place::Message(*channel, *message),
            seed: format!("review-card:{}@{}", case.id, case.opened_at.0),
            saying: words::moderation::review_card(case, campaign.as_deref(), troubles),
        },
        Task::PostWelcome {
            thread,
            ticket,
            settings,
        } => Card {
            place: Place::Channel(*thread),
            seed: own(),
            saying: words::desk::welcome(ticket, settings),
        },
        Task::PostStaffCard {
            channel,
            ticket,
            troubles,
            ping,
        } => Card {
            place: Place::Channel(*channel),
            seed: format!("staff-card:{}@{}", ticket.id, ticket.opened_at.0),
            saying: words::desk::new_staff_card(ticket, troubles, ping),
        },
        Task::RefreshStaffCard {
            channel,
            message,
            ticket,
            troubles,
        } => Card {
            place: Place::Message(*channel, *message),
            seed: format!("staff-card:{}@{}", ticket.id, ticket.opened_at.0),
            saying: words::desk::staff_card(ticket, troubles),
        },
        Task::PostEscalationCard {
            channel,
            ticket,
            escalation,
            ping,
            ..
        } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: words::desk::escalation_card(ticket, escalation, ping),
        },
        Task::TellInThread {
            thread,
            ticket,
            notice,
            note,
        } => Card {
            place: Place::Channel(*thread),
            seed: own(),
            saying: words::desk::notice_in_thread(ticket, *notice, note.as_deref()),
        },
        Task::TellOpener {
            user,
            ticket,
            notice,
            note,
            guild_name,
        } => Card {
            place: Place::Inbox(*user),
            seed: own(),
            saying: words::desk::notice_to_opener(ticket, *notice, note.as_deref(), guild_name),
        },
        Task::OfferTicket {
            channel,
            message,
            user,
        } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: Saying {
                reply_to: Some((*channel, *message)),
                ..words::desk::offer_ticket(*user)
            },
        },
        Task::TellOwner { user, guild_name } => Card {
            place: Place::Inbox(*user),
            seed: own(),
            saying: words::moderation::tell_owner(guild_name),
        },
        Task::PostPauseCard { channel, pause } => Card {
            place: Place::Channel(*channel),
            seed: format!("pause-card:{}@{}", pause.id, pause.at.0),
            saying: words::moderation::pause_card(pause),
        },
        Task::RefreshPauseCard {
            channel,
            message,
            pause,
        } => Card {
            place: Place::Message(*channel, *message),
            seed: format!("pause-card:{}@{}", pause.id, pause.at.0),
            saying: words::moderation::pause_card(pause),
        },
        Task::PostReport { channel, report } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: words::moderation::weekly_report(report),
        },
        Task::TellOperator { user, news } => Card {
            place: Place::Inbox(*user),
            seed: own(),
            saying: match news {
                Ok(count) => words::moderation::reloaded(*count),
                Err(errors) => words::moderation::reload_failed(errors),
            },
        },
        Task::WarnOfOverlay {
            channel,
            contradictions,
        } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: words::moderation::warn_of_overlay(contradictions),
        },
        Task::PostHoneypotNotice { channel } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: words::moderation::honeypot_notice(),
        },
        Task::TellStaffOfStoreTrouble { channel } => Card {
            place: Place::Channel(*channel),
            seed: own(),
            saying: words::operations::store_trouble(),
        },
        _ => return None,
    })
}
