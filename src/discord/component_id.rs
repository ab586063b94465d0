//! What a button or form carries: `v1:action:row`, and nothing else. State lives in the store.
//!
//! Discord keeps components for ever, so a form of this grammar must be understood for ever: a change of meaning is a
//! `v2`. Answering the press is in `discord::interactions`.

use std::fmt;
use std::str::FromStr;

use crate::model::guild::Tier;
use crate::model::ticket::Area;
use crate::model::{CaseId, ChannelId, GuildId, MessageId, PauseId, QueueViewId, TicketId};
use crate::moderation::review::CLEARINGS;

/// The id of a button or of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComponentId {
    /// Review card: uphold the case.
    ConfirmCase(CaseId),
    /// Review card: it was wrong; undo it.
    RestoreCase(CaseId),
    /// Review card: time the author out.
    TimeoutAuthor(CaseId),
    /// Review card: remove the author.
    KickAuthor(CaseId),
    /// Review card: ban the author.
    BanAuthor(CaseId),
    /// Review card: it was wrong; undo it, and propose to exempt what was found.
    FalsePositive(CaseId),
    /// The proposal behind [`Self::FalsePositive`]: exempt it here.
    ExemptFound(CaseId),
    /// Card of a paused rule: let it act again.
    ResumeRule(PauseId),
    /// Card of a paused rule: it stays only observing.
    KeepPaused(PauseId),
    /// Review card: ask how much history goes with a ban.
    BanChoices(CaseId),
    /// The choice behind [`Self::BanChoices`]: ban, and delete so many seconds.
    BanClearing(CaseId, u32),
    /// Queue of cases: another page of a view.
    QueuePage(QueueViewId, u32),
    /// Review card: make a rule from the message, which may be gone.
    MakeRule(CaseId),
    /// The form behind [`Self::MakeRule`] and "Make a rule from this message".
    RuleForm(ChannelId, MessageId),
    /// Direct message to an author: contest the case. Outside a guild, so the guild is in it.
    Contest(GuildId, CaseId),
    /// The form behind [`Self::Contest`].
    ContestForm(GuildId, CaseId),
    /// Direct message to somebody whose account was stolen: they have it again. Outside a guild, so the guild is in it.
    AccountBack(GuildId, CaseId),
    /// Review card: let them back.
    LetBack(CaseId),
    /// Review card: do not let them back yet.
    DeclineBack(CaseId),
    /// Card of a campaign: uphold this one of its cases, which its author contests.
    ConfirmOne(CaseId),
    /// Card of a campaign: undo this one of its cases.
    RestoreOne(CaseId),
    /// Panel: open a ticket in this area.
    OpenTicket(Area),
    /// The form behind [`Self::OpenTicket`] and `/ticket open`.
    TicketForm(Area),
    /// The form behind "Open ticket from this message".
    MessageTicketForm(ChannelId, MessageId),
    /// Staff card or thread: take the ticket.
    ClaimTicket(TicketId),
    /// Staff card: be added to the thread without taking the ticket.
    JoinTicket(TicketId),
    /// Thread: close the ticket.
    CloseTicket(TicketId),
    /// The form behind [`Self::CloseTicket`] and `/ticket close`.
    CloseForm(TicketId),
    /// Staff card or direct message: open the ticket again. Outside a guild, so the guild is in it.
    ReopenTicket(GuildId, TicketId),
    /// Thread: escalate the ticket.
    EscalateTicket(TicketId),
    /// The form behind [`Self::EscalateTicket`] and `/escalate`, with the team it goes to and how many escalations there were
    /// when it was shown, so that a form that comes twice escalates once.
    EscalateForm(TicketId, Tier, u32),
    /// Staff card or direct message: give a ticket whose thread is gone (or could not be made) a new one.
    NewThread(GuildId, TicketId),
}

impl fmt::Display for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfirmCase(case) => write!(f, "v1:confirm:{case}"),
            Self::RestoreCase(case) => write!(f, "v1:restore:{case}"),
            Self::TimeoutAuthor(case) => write!(f, "v1:timeout:{case}"),
            Self::KickAuthor(case) => write!(f, "v1:kick:{case}"),
            Self::BanAuthor(case) => write!(f, "v1:ban:{case}"),
            Self::FalsePositive(case) => write!(f, "v1:false-positive:{case}"),
            Self::ExemptFound(case) => write!(f, "v1:exempt:{case}"),
            Self::ResumeRule(pause) => write!(f, "v1:resume-rule:{pause}"),
            Self::KeepPaused(pause) => write!(f, "v1:keep-paused:{pause}"),
            Self::BanChoices(case) => write!(f, "v1:ban-history:{case}"),
            Self::BanClearing(case, seconds) => write!(f, "v1:ban-with:{case}:{seconds}"),
            Self::QueuePage(view, page) => write!(f, "v1:queue:{view}:{page}"),
            Self::MakeRule(case) => write!(f, "v1:make-rule:{case}"),
            Self::RuleForm(channel, message) => write!(f, "v1:rule-form:{channel}:{message}"),
            Self::Contest(guild, case) => write!(f, "v1:contest:{guild}:{case}"),
            Self::ContestForm(guild, case) => write!(f, "v1:contest-form:{guild}:{case}"),
            Self::AccountBack(guild, case) => write!(f, "v1:account-back:{guild}:{case}"),
            Self::LetBack(case) => write!(f, "v1:let-back:{case}"),
            Self::DeclineBack(case) => write!(f, "v1:decline-back:{case}"),
            Self::ConfirmOne(case) => write!(f, "v1:confirm-one:{case}"),
            Self::RestoreOne(case) => write!(f, "v1:restore-one:{case}"),
            Self::OpenTicket(area) => write!(f, "v1:open:{}", area.slug()),
            Self::TicketForm(area) => write!(f, "v1:open-form:{}", area.slug()),
            Self::MessageTicketForm(channel, message) => write!(f, "v1:message-form:{channel}:{message}"),
            Self::ClaimTicket(ticket) => write!(f, "v1:claim:{ticket}"),
            Self::JoinTicket(ticket) => write!(f, "v1:join:{ticket}"),
            Self::CloseTicket(ticket) => write!(f, "v1:close:{ticket}"),
            Self::CloseForm(ticket) => write!(f, "v1:close-form:{ticket}"),
            Self::ReopenTicket(guild, ticket) => write!(f, "v1:reopen:{guild}:{ticket}"),
            Self::EscalateTicket(ticket) => write!(f, "v1:escalate:{ticket}"),
            Self::EscalateForm(ticket, team, known) => {
                write!(f, "v1:escalate-form:{ticket}:{}:{known}", team.name())
            }
            Self::NewThread(guild, ticket) => write!(f, "v1:new-thread:{guild}:{ticket}"),
        }
    }
}

/// The id is not one of ours, or of a grammar that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this button or form does not belong to this version of Nightdesk")]
pub struct UnknownComponent;

impl FromStr for ComponentId {
    type Err = UnknownComponent;

    fn from_str(text: &str) -> Result<Self, UnknownComponent> {
        fn number<T: FromStr>(text: &str) -> Result<T, UnknownComponent> {
            text.parse().map_err(|_| UnknownComponent)
        }
        let fields: Vec<&str> = text.split(':').collect();
        Ok(match fields.as_slice() {
            ["v1", "confirm", case] => Self::ConfirmCase(number(case)?),
            ["v1", "restore", case] => Self::RestoreCase(number(case)?),
            ["v1", "timeout", case] => Self::TimeoutAuthor(number(case)?),
            ["v1", "kick", case] => Self::KickAuthor(number(case)?),
            ["v1", "ban", case] => Self::BanAuthor(number(case)?),
            ["v1", "false-positive", case] => Self::FalsePositive(number(case)?),
            ["v1", "exempt", case] => Self::ExemptFound(number(case)?),
            ["v1", "resume-rule", pause] => Self::ResumeRule(number(pause)?),
            ["v1", "keep-paused", pause] => Self::KeepPaused(number(pause)?),
            ["v1", "ban-history", case] => Self::BanChoices(number(case)?),
            ["v1", "ban-with", case, seconds] => {
                let seconds = number(seconds)?;
                if !CLEARINGS.contains(&seconds) {
                    return Err(UnknownComponent);
                }
                Self::BanClearing(number(case)?, seconds)
            }
            ["v1", "queue", view, page] => Self::QueuePage(number(view)?, number(page)?),
            ["v1", "make-rule", case] => Self::MakeRule(number(case)?),
            ["v1", "rule-form", channel, message] => Self::RuleForm(number(channel)?, number(message)?),
            ["v1", "contest", guild, case] => Self::Contest(number(guild)?, number(case)?),
            ["v1", "contest-form", guild, case] => Self::ContestForm(number(guild)?, number(case)?),
            ["v1", "account-back", guild, case] => Self::AccountBack(number(guild)?, number(case)?),
            ["v1", "let-back", case] => Self::LetBack(number(case)?),
            ["v1", "decline-back", case] => Self::DeclineBack(number(case)?),
            ["v1", "confirm-one", case] => Self::ConfirmOne(number(case)?),
            ["v1", "restore-one", case] => Self::RestoreOne(number(case)?),
            ["v1", "open", area] => Self::OpenTicket(Area::from_slug(area).ok_or(UnknownComponent)?),
            ["v1", "open-form", area] => Self::TicketForm(Area::from_slug(area).ok_or(UnknownComponent)?),
            ["v1", "message-form", channel, message] => {
                Self::MessageTicketForm(number(channel)?, number(message)?)
            }
            ["v1", "claim", ticket] => Self::ClaimTicket(number(ticket)?),
            ["v1", "join", ticket] => Self::JoinTicket(number(ticket)?),
            ["v1", "close", ticket] => Self::CloseTicket(number(ticket)?),
            ["v1", "close-form", ticket] => Self::CloseForm(number(ticket)?),
            ["v1", "reopen", guild, ticket] => Self::ReopenTicket(number(guild)?, number(ticket)?),
            ["v1", "escalate", ticket] => Self::EscalateTicket(number(ticket)?),
            ["v1", "escalate-form", ticket, team, known] => Self::EscalateForm(
                number(ticket)?,
                Tier::named(team).ok_or(UnknownComponent)?,
                number(known)?,
            ),
            ["v1", "new-thread", guild, ticket] => Self::NewThread(number(guild)?, number(ticket)?),
            _ => return Err(UnknownComponent),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_read_back_as_it_was_written_and_fits_discords_hundred_characters() {
        let (guild, case, ticket) = (GuildId(u64::MAX), CaseId(i64::MAX), TicketId(i64::MAX));
        let mut all = vec![
            ComponentId::ConfirmCase(case),
            ComponentId::RestoreCase(case),
            ComponentId::TimeoutAuthor(case),
            ComponentId::KickAuthor(case),
            ComponentId::BanAuthor(case),
            ComponentId::FalsePositive(case),
            ComponentId::ExemptFound(case),
            ComponentId::BanChoices(case),
            ComponentId::MakeRule(case),
            ComponentId::BanClearing(case, 604_800),
            ComponentId::QueuePage(QueueViewId(i64::MAX), u32::MAX),
            ComponentId::ResumeRule(PauseId(i64::MAX)),
            ComponentId::KeepPaused(PauseId(i64::MAX)),
            ComponentId::Contest(guild, case),
            ComponentId::ContestForm(guild, case),
            ComponentId::AccountBack(guild, case),
            ComponentId::LetBack(case),
            ComponentId::DeclineBack(case),
            ComponentId::ConfirmOne(case),
            ComponentId::RestoreOne(case),
            ComponentId::MessageTicketForm(ChannelId(u64::MAX), MessageId(u64::MAX)),
            ComponentId::RuleForm(ChannelId(u64::MAX), MessageId(u64::MAX)),
            ComponentId::ClaimTicket(ticket),
            ComponentId::JoinTicket(ticket),
            ComponentId::CloseTicket(ticket),
            ComponentId::CloseForm(ticket),
            ComponentId::ReopenTicket(guild, ticket),
            ComponentId::EscalateTicket(ticket),
            ComponentId::NewThread(guild, ticket),
        ];
        all.extend(Tier::ALL.map(|team| ComponentId::EscalateForm(ticket, team, u32::MAX)));
        for area in Area::ALL {
            all.extend([ComponentId::OpenTicket(area), ComponentId::TicketForm(area)]);
        }
        for id in all {
            let written = id.to_string();
            assert!(written.len() <= 100, "{written}");
            assert_eq!(written.parse(), Ok(id), "{written}");
        }
        assert_eq!("v2:claim:1".parse::<ComponentId>(), Err(UnknownComponent));
        let unheard_of = "v1:ban-with:1:9999999";
        assert_eq!(unheard_of.parse::<ComponentId>(), Err(UnknownComponent));
        assert_eq!("v1:claim:x".parse::<ComponentId>(), Err(UnknownComponent));
    }
}
