//! The queue of cases: turning its pages. What is shown was chosen with `/case queue` and is kept in the store.

use super::Press;
use crate::app::App;
use crate::discord::Error;
use crate::discord::words::Saying;
use crate::discord::words::moderation::{self as words, QUEUE_PAGE};
use crate::model::{GuildId, Permissions, QueueViewId};
use crate::storage::{CaseFilter, InGuild};

/// Shows another page in place of the present one.
pub async fn turn(press: &Press<'_>, view: QueueViewId, page: u32) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    if !press.asker().may(Permissions::MANAGE_MESSAGES) {
        return Err(Error::told(words::needs_permission(Permissions::MANAGE_MESSAGES)));
    }
    let app = press.app();
    let filter = app.store.view(InGuild(guild), view).await?;
    let filter = filter.ok_or_else(|| Error::told("This list is too old. Run `/case queue` again."))?;
    press
        .update(&render(app, guild, view, &filter, page).await?)
        .await
}

/// A page of a view.
pub async fn render(
    app: &App,
    guild: GuildId,
    view: QueueViewId,
    filter: &CaseFilter,
    page: u32,
) -> Result<Saying, Error> {
    // One more than fits: whether there is a next page.
    let wanted = CaseFilter {
        offset: page.saturating_mul(QUEUE_PAGE),
        limit: QUEUE_PAGE + 1,
        ..filter.clone()
    };
    let cases = app.store.cases(InGuild(guild), wanted).await?;
    Ok(words::queue(&cases, filter, view, page))
}
