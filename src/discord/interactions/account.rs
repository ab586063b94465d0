//! The button of somebody whose account was stolen: "I have my account again". It comes from a direct message, so it works
//! while they are timed out, and after any restart. A moderator decides.

use super::Press;
use crate::discord::Error;
use crate::discord::words::moderation as words;
use crate::model::case::Case;
use crate::model::{CaseId, GuildId};
use crate::moderation::review;
use crate::storage::InGuild;

/// Puts the request on the card of the case.
pub async fn ask_back(press: &Press<'_>, guild: GuildId, id: CaseId) -> Result<(), Error> {
    press.defer().await?;
    let app = press.app();
    let (by, now) = (press.asker().user, app.clock.now());
    let decide =
        Box::new(move |case: Case| review::ask_back(&case, by).map_err(|refused| words::refused(&refused)));
    match app.store.change_case(InGuild(guild), id, now, decide).await? {
        None => Err(Error::told(
            "This is not in the server's records any more. Please write to the server's moderators.",
        )),
        Some(Err(told)) => Err(Error::Told(told)),
        Some(Ok(case)) => {
            app.performer.wake();
            tracing::info!(%guild, case = case.number, "an author asks to be let back");
            press.reply(&words::asked_back()).await
        }
    }
}
