//! "False positive": undoes a case, shows what would be exempted, and exempts it at a second press.
//!
//! What is proposed is decided in `moderation::overlay`. The bot lends nobody its rights: both presses ask for what undoing
//! the case asks for.

use super::{Press, review};
use crate::discord::Error;
use crate::discord::words::moderation as words;
use crate::model::CaseId;
use crate::model::case::CaseState;
use crate::moderation::overlay;
use crate::moderation::review::Press as Button;
use crate::storage::{InGuild, OverlayFacts};

/// Undoes the case, unless it is undone, and shows what would be exempted.
pub async fn propose(press: &Press<'_>, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let case = review::known(press, guild, id).await?;
    review::check(press, Button::Restore, guild, &case).await?;
    let case = if case.state == CaseState::Restored {
        case
    } else {
        match review::carry_out(press, Button::Restore, guild, id).await {
            // Somebody was faster: the proposal stands all the same.
            Err(Error::Told(told)) => Some(review::known(press, guild, id).await?)
                .filter(|case| case.state == CaseState::Restored)
                .ok_or(Error::Told(told))?,
            undone => undone?,
        }
    };
    press
        .reply(&words::false_positive(&case, &overlay::propose(&case)))
        .await
}

/// Exempts what was found.
pub async fn exempt(press: &Press<'_>, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let case = review::known(press, guild, id).await?;
    review::check(press, Button::Restore, guild, &case).await?;
    let app = press.app();
    let (by, now) = (press.asker().user, app.clock.now());
    let decide = Box::new(move |facts: OverlayFacts| {
        overlay::exempt(&facts, by).map_err(|refused| words::refused(&refused))
    });
    match app.store.add_to_overlay(InGuild(guild), id, now, decide).await? {
        None => Err(Error::told("This case is not in this server's records any more.")),
        Some(Err(told)) => Err(Error::Told(told)),
        Some(Ok(changed)) => {
            app.guilds.put_overlay(guild, changed);
            app.performer.wake();
            tracing::info!(%guild, case = case.number, %by, "exempted");
            press.reply(&words::exempted(&case)).await
        }
    }
}
