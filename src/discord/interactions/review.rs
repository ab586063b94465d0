//! A press of a review card's button: may this person, can the bot, and then the store decides who was first.

use super::Press;
use crate::discord::Error;
use crate::discord::permissions::{Matter, Target, may_press};
use crate::discord::words::moderation as words;
use crate::model::case::Case;
use crate::model::{CaseId, GuildId};
use crate::moderation::plan::thread_of;
use crate::moderation::review::{self, is_removed, was_banned};
use crate::storage::InGuild;

/// Answers a press on the card of a case.
pub async fn press(press: &Press<'_>, button: review::Press, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let case = known(press, guild, id).await?;
    check(press, button, guild, &case).await?;
    let case = carry_out(press, button, guild, id).await?;
    press.reply(&words::pressed(button, &case)).await
}

/// Shows somebody who may ban the author how much history can go with it.
pub async fn ban_choices(press: &Press<'_>, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let case = known(press, guild, id).await?;
    check(press, review::Press::Ban, guild, &case).await?;
    press.reply(&words::ban_choices(&case)).await
}

/// The case that a button is about.
pub(super) async fn known(press: &Press<'_>, guild: GuildId, id: CaseId) -> Result<Case, Error> {
    press.app().store.case(InGuild(guild), id).await?.ok_or_else(gone)
}

fn gone() -> Error {
    Error::told("This case is not in this server's records any more.")
}

/// Does what a button says, for somebody who may; answers the case as it is now.
pub(super) async fn carry_out(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    id: CaseId,
) -> Result<Case, Error> {
    let app = press.app();
    let (by, now) = (press.asker().user, app.clock.now());
    let settings = app.guilds.settings(guild);
    let decide = Box::new(move |case: Case| {
        review::review(&case, button, by, &settings, now).map_err(|refused| words::refused(&refused))
    });
    match app.store.change_case(InGuild(guild), id, now, decide).await? {
        None => Err(gone()),
        Some(Err(told)) => Err(Error::Told(told)),
        Some(Ok(case)) => {
            app.performer.wake();
            tracing::info!(%guild, case = case.number, ?button, %by, "case reviewed");
            if button == review::Press::Restore {
                crate::app::breaker::watch(app, &case).await;
            }
            Ok(case)
        }
    }
}

/// Asks for the presser's rights and the bot's, on the author as they are now.
pub(super) async fn check(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    case: &Case,
) -> Result<(), Error> {
    let app = press.app();
    let directory = match app.guilds.directory(guild) {
        Some(directory) => directory,
        None => app.platform.directory(guild).await?.into(),
    };
    let is_webhook = case
        .evidence
        .as_ref()
        .is_some_and(|evidence| evidence.author.webhook.is_some());
    let member = if is_webhook {
        None
    } else {
        app.platform.member(guild, case.author).await?
    };
    let target = match &member {
        _ if is_webhook => Target::Webhook,
        Some(member) => Target::Member(member.user, &member.roles),
        None => Target::Gone(case.author),
    };
    let matter = Matter {
        target,
        channel: case.channel,
        removed: is_removed(case),
        is_thread: case
            .evidence
            .as_ref()
            .is_some_and(|evidence| thread_of(evidence).is_some()),
        banned: was_banned(case),
    };
    let asker = press.asker();
    let others = case
        .others
        .iter()
        .map(|other| Target::Member(other.user, &other.roles));
    for target in std::iter::once(target).chain(others) {
        let matter = Matter { target, ..matter };
        may_press(button, &directory, asker.user, &asker.roles, &matter)
            .map_err(|forbidden| Error::Told(words::forbidden(&forbidden)))?;
    }
    Ok(())
}
