//! The Contest button under the direct message to an author, and the form behind it. Both come from outside the guild, so
//! they work while the author is timed out, and after a kick or a ban.

use super::Press;
use crate::artefacts::secrets::redact;
use crate::discord::Error;
use crate::discord::words::{moderation as words, shortened};
use crate::model::case::Case;
use crate::model::{CaseId, GuildId};
use crate::moderation::review::{self, CONTEST_LIMIT};
use crate::storage::InGuild;

/// Opens the form, unless the case is settled already.
pub async fn open(press: &Press<'_>, guild: GuildId, id: CaseId) -> Result<(), Error> {
    let case = press
        .app()
        .store
        .case(InGuild(guild), id)
        .await?
        .ok_or_else(gone)?;
    review::contest(&case, press.asker().user, String::new())
        .map_err(|refused| Error::Told(words::refused(&refused)))?;
    press.show_form(&words::contest_form(guild, id)).await
}

/// Takes the protest, secrets replaced.
pub async fn submit(press: &Press<'_>, guild: GuildId, id: CaseId) -> Result<(), Error> {
    press.defer().await?;
    let app = press.app();
    let typed = press.typed(words::CONTEST_TEXT).trim();
    if typed.is_empty() {
        return Err(Error::told(
            "Please say in a sentence what your message was about, then a moderator can judge it.",
        ));
    }
    let text = shortened(&redact(typed).text, usize::from(CONTEST_LIMIT));
    let (by, now) = (press.asker().user, app.clock.now());
    let decide = Box::new(move |case: Case| {
        review::contest(&case, by, text).map_err(|refused| words::refused(&refused))
    });
    match app.store.change_case(InGuild(guild), id, now, decide).await? {
        None => Err(gone()),
        Some(Err(told)) => Err(Error::Told(told)),
        Some(Ok(case)) => {
            app.performer.wake();
            tracing::info!(%guild, case = case.number, "case contested");
            press.reply(&words::contested()).await
        }
    }
}

fn gone() -> Error {
    Error::told(
        "This removal is not in the server's records any more. Please write to the server's moderators.",
    )
}
