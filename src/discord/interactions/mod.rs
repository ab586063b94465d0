//! Buttons and forms: which of our ids was pressed, by whom, and how to answer.
//!
//! Every press arrives here from the gateway's interaction event, never from a collector that waits in memory, so that
//! a button or a form of an earlier run still works. What a press means is decided by `moderation` and `desk`; the
//! files beside this one translate.

mod account;
mod asker;
mod contest;
pub mod desk;
mod drafts;
mod overlay;
mod pause;
mod press;
pub mod queue;
mod review;

use super::Error;
use super::component_id::ComponentId;
use crate::model::rule_record::PauseAnswer;
use crate::moderation::review::Press as Button;

pub use asker::Asker;
pub use press::Press;

/// Answers one press of a button or one submitted form.
pub async fn dispatch(press: &Press<'_>) -> Result<(), Error> {
    let id = press
        .custom_id()
        .parse::<ComponentId>()
        .map_err(|unknown| Error::told(unknown.to_string()))?;
    match id {
        ComponentId::ConfirmCase(case) => review::press(press, Button::Confirm, case).await,
        ComponentId::RestoreCase(case) => review::press(press, Button::Restore, case).await,
        ComponentId::TimeoutAuthor(case) => review::press(press, Button::Timeout, case).await,
        ComponentId::KickAuthor(case) => review::press(press, Button::Kick, case).await,
        ComponentId::BanAuthor(case) => review::press(press, Button::Ban, case).await,
        ComponentId::FalsePositive(case) => overlay::propose(press, case).await,
        ComponentId::ExemptFound(case) => overlay::exempt(press, case).await,
        ComponentId::ResumeRule(id) => pause::answer(press, id, PauseAnswer::Resumed).await,
        ComponentId::KeepPaused(id) => pause::answer(press, id, PauseAnswer::Kept).await,
        ComponentId::BanChoices(case) => review::ban_choices(press, case).await,
        ComponentId::BanClearing(case, seconds) => {
            review::press(press, Button::BanClearing(seconds), case).await
        }
        ComponentId::QueuePage(view, page) => queue::turn(press, view, page).await,
        ComponentId::MakeRule(case) => drafts::open(press, case).await,
        ComponentId::RuleForm(channel, message) => drafts::submit(press, channel, message).await,
        ComponentId::LetBack(case) => review::press_one(press, Button::LetBack, case).await,
        ComponentId::DeclineBack(case) => review::press_one(press, Button::Decline, case).await,
        ComponentId::ConfirmOne(case) => review::press_one(press, Button::Confirm, case).await,
        ComponentId::RestoreOne(case) => review::press_one(press, Button::Restore, case).await,
        ComponentId::AccountBack(guild, case) => account::ask_back(press, guild, case).await,
        ComponentId::Contest(guild, case) => contest::open(press, guild, case).await,
        ComponentId::ContestForm(guild, case) => contest::submit(press, guild, case).await,
        ComponentId::OpenTicket(_)
        | ComponentId::TicketForm(_)
        | ComponentId::MessageTicketForm(..)
        | ComponentId::ClaimTicket(_)
        | ComponentId::JoinTicket(_)
        | ComponentId::CloseTicket(_)
        | ComponentId::CloseForm(_)
        | ComponentId::ReopenTicket(..)
        | ComponentId::EscalateTicket(_)
        | ComponentId::EscalateForm(..)
        | ComponentId::NewThread(..) => desk::answer(press, id).await,
    }
}
