//! Buttons and forms: which of our ids was pressed, by whom, and how to answer.
//!
//! Every press arrives here from the gateway's interaction event, never from a collector that waits in memory, so that
//! a button or a form of an earlier run still works. What a press means is decided by `moderation` and `desk`; the
//! files beside this one translate.

mod asker;
pub mod cases;
pub mod desk;
mod press;

use super::Error;
use super::component_id::ComponentId;

pub use asker::Asker;
pub use press::Press;

/// Answers one press of a button or one submitted form.
pub async fn dispatch(press: &Press<'_>) -> Result<(), Error> {
    let id = press
        .custom_id()
        .parse::<ComponentId>()
        .map_err(|unknown| Error::told(unknown.to_string()))?;
    match id {
        ComponentId::ConfirmCase(_)
        | ComponentId::RestoreCase(_)
        | ComponentId::TimeoutAuthor(_)
        | ComponentId::KickAuthor(_)
        | ComponentId::BanAuthor(_)
        | ComponentId::Contest(..)
        | ComponentId::ContestForm(..) => cases::dispatch(press, id).await,
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
