//! Buttons and forms: which of our ids was pressed, by whom, and how to answer.
//!
//! Every press arrives here from the gateway's interaction event, never from a collector that waits in memory, so that
//! a button or a form of an earlier run still works. What a press means is decided by `moderation` and `desk`; the
//! files beside this one translate.

mod asker;
mod contest;
pub mod desk;
mod press;
mod review;

use super::Error;
use super::component_id::ComponentId;
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
