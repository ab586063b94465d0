//! The card of a rule that stopped acting by itself: let it act again, or keep it paused.

use super::Press;
use crate::discord::Error;
use crate::discord::words::moderation as words;
use crate::model::rule_record::PauseAnswer;
use crate::model::{PauseId, Permissions};
use crate::storage::InGuild;

/// Takes an answer from somebody who may change what rules do here.
pub async fn answer(press: &Press<'_>, pause: PauseId, answer: PauseAnswer) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    let asker = press.asker();
    if !asker.may(Permissions::MANAGE_GUILD) {
        return Err(Error::told(words::needs_permission(Permissions::MANAGE_GUILD)));
    }
    press.defer().await?;
    let app = press.app();
    let answered = app
        .store
        .answer_pause(InGuild(guild), pause, answer, asker.user, app.clock.now())
        .await?;
    match answered {
        None => Err(Error::told("This is not in this server's records any more.")),
        Some(Err(settled)) => Err(Error::told(words::pause_settled(&settled))),
        Some(Ok((pause, settings))) => {
            app.guilds.put_settings(guild, settings);
            app.performer.wake();
            tracing::info!(%guild, rule = pause.rule, ?answer, by = %asker.user, "a pause was answered");
            press.reply(&words::pause_answered(&pause)).await
        }
    }
}
