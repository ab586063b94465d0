//! What another case still wants of somebody whose case was undone, or who was let back: whoever decides reads it, and so
//! does the member, because "your timeout has ended" would be a lie.

use super::App;
use crate::model::effect::Held;
use crate::model::{CaseId, GuildId, Timestamp, UserId};
use crate::storage::{self, InGuild};

/// What other cases keep up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The ban stays.
    pub ban: bool,
    /// They stay timed out until then.
    pub timeout: Option<Timestamp>,
}

/// What is kept up against a member although this case has ended its own.
pub async fn kept(app: &App, guild: GuildId, case: CaseId, user: UserId) -> storage::Result<Kept> {
    let (guild, now) = (InGuild(guild), app.clock.now());
    let mut kept = Kept::default();
    for ending in app.store.endings(guild, case, user).await? {
        match app.store.still_held(guild, ending, now).await? {
            Held::No => {}
            Held::Still => kept.ban = true,
            Held::Until(until) => kept.timeout = Some(until),
        }
    }
    Ok(kept)
}
