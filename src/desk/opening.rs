//! Whether a request becomes a ticket, and what Discord is to do then. Pure; the store runs it inside the transaction that
//! writes the ticket, so that two requests at once see each other.
//!
//! What happens to a ticket afterwards in [`super::lifecycle`].

use super::effects;
use crate::model::guild::GuildSettings;
use crate::model::ticket::Answer;
use crate::model::{ChannelId, UserId};
use crate::storage::{Opening, OpeningFacts, Refusal};

/// How many open tickets one person may have in one guild, over all areas.
///
/// One for each of the things that commonly go wrong together (a drained wallet, the account, the scammer's report);
/// more than that is somebody who would be helped sooner by one conversation.
pub const MOST_OPEN: u32 = 3;

/// What the decision needs besides the store's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Who asks.
    pub opener: UserId,
    /// Whether the form holds anything.
    pub empty: bool,
    /// The channel that ticket threads are made in.
    pub support: Option<ChannelId>,
}

impl Asked {
    /// What `opener` asks for in a guild with these settings.
    pub fn new(opener: UserId, answers: &[Answer], settings: &GuildSettings) -> Self {
        let empty = answers.iter().all(|answer| answer.text.trim().is_empty());
        Self {
            opener,
            empty,
            support: settings.support.filter(|_| settings.set_up),
        }
    }
}

/// Opens a ticket, shows the one that is open already, or refuses.
///
/// An open ticket for the same thing comes before every limit: somebody in trouble who presses twice is shown their ticket,
/// not a rule.
pub fn decide(facts: &OpeningFacts, asked: &Asked) -> Opening {
    if asked.support.is_none() {
        return Opening::Refuse(Refusal::NotSetUp);
    }
    if facts.blocked.is_some() {
        return Opening::Refuse(Refusal::Blocked);
    }
    if let Some(open) = facts.open_in_area.first() {
        return Opening::Existing(open.id);
    }
    if asked.empty {
        return Opening::Refuse(Refusal::Empty);
    }
    if facts.open_in_guild >= MOST_OPEN {
        return Opening::Refuse(Refusal::TooMany);
    }
    let mut drafts = vec![effects::staff_card(facts.ticket)];
    drafts.extend(effects::make_thread(facts.ticket, 1, asked.opener, None));
    Opening::Open(drafts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::lifecycle::tests::ticket;
    use crate::model::effect::Effect;
    use crate::model::{TicketId, UserId};

    fn facts() -> OpeningFacts {
        OpeningFacts {
            ticket: TicketId(7),
            number: 3,
            open_in_area: vec![],
            open_in_guild: 0,
            blocked: None,
        }
    }

    fn asked() -> Asked {
        Asked {
            opener: UserId(5),
            empty: false,
            support: Some(ChannelId(40)),
        }
    }

    #[test]
    fn a_ticket_gets_a_thread_its_opener_a_welcome_and_a_card_for_staff() {
        let Opening::Open(drafts) = decide(&facts(), &asked()) else {
            panic!("refused")
        };
        let plan: Vec<String> = drafts
            .iter()
            .map(|draft| format!("{} <- {}", draft.key, draft.after.as_deref().unwrap_or("at once")))
            .collect();
        insta::assert_snapshot!(plan.join("\n"), @r"
        ticket:7:card <- at once
        ticket:7:thread:1 <- at once
        ticket:7:thread:1:add:5 <- ticket:7:thread:1
        ticket:7:thread:1:welcome <- ticket:7:thread:1:add:5
        ticket:7:thread:1:card <- ticket:7:thread:1
        ");
        assert_eq!(
            drafts[1].effect,
            Effect::CreateTicketThread {
                ticket: TicketId(7),
                round: 1
            }
        );
    }

    #[test]
    fn staff_are_told_without_waiting_for_the_thread() {
        let Opening::Open(drafts) = decide(&facts(), &asked()) else {
            panic!("refused")
        };
        let card = drafts
            .iter()
            .find(|draft| matches!(draft.effect, Effect::PostStaffCard { .. }))
            .unwrap();
        assert_eq!(card.after, None);
    }

    #[test]
    fn a_guild_that_nobody_has_set_up_opens_no_tickets() {
        let asked = Asked {
            support: None,
            ..asked()
        };
        assert_eq!(decide(&facts(), &asked), Opening::Refuse(Refusal::NotSetUp));
        let half = GuildSettings {
            support: Some(ChannelId(40)),
            set_up: false,
            ..GuildSettings::default()
        };
        assert_eq!(Asked::new(UserId(5), &[], &half).support, None);
    }

    #[test]
    fn whoever_has_a_ticket_open_for_the_same_thing_is_shown_it_even_at_the_limit() {
        let facts = OpeningFacts {
            open_in_area: vec![ticket()],
            open_in_guild: MOST_OPEN,
            ..facts()
        };
        assert_eq!(decide(&facts, &asked()), Opening::Existing(ticket().id));
    }

    #[test]
    fn a_blocked_person_a_fourth_ticket_and_an_empty_form_are_refused_each_by_its_name() {
        let blocked = OpeningFacts {
            blocked: Some("abuse".into()),
            open_in_area: vec![ticket()],
            ..facts()
        };
        assert_eq!(decide(&blocked, &asked()), Opening::Refuse(Refusal::Blocked));
        let busy = OpeningFacts {
            open_in_guild: MOST_OPEN,
            ..facts()
        };
        assert_eq!(decide(&busy, &asked()), Opening::Refuse(Refusal::TooMany));
        let blank = Answer {
            question: "What happened?".into(),
            text: " \n ".into(),
        };
        let settings = GuildSettings {
            support: Some(ChannelId(40)),
            set_up: true,
            ..GuildSettings::default()
        };
        let empty = Asked::new(UserId(5), &[blank], &settings);
        assert_eq!(decide(&facts(), &empty), Opening::Refuse(Refusal::Empty));
    }
}
