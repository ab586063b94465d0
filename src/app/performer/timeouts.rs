//! What a timeout comes to at the moment it would be sent: Discord keeps one end per member, so a shorter timeout would cut
//! a longer one, and whoever ended one by hand meant it.

use std::time::Duration;

use crate::app::App;
use crate::app::platform::Task;
use crate::model::effect::{Effect, EffectRow, Held};
use crate::model::{GuildId, Timestamp, UserId};
use crate::storage::{self, InGuild};

/// How long is waited to be told of the timeout that a member has: whoever is to be stopped can write meanwhile.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known of the timeout that somebody has.
enum Standing {
    /// Discord did not say.
    Unknown,
    /// Nobody by that id is in the guild; what they had when they left waits for them.
    Away,
    /// None.
    None,
    /// This is when it ends, or ended: one that ran out while the bot was away still says until when it was.
    Until(Timestamp),
}

/// The request that times a member out, or `None` where there is nothing to do.
pub(super) async fn time_out(app: &App, row: &EffectRow, reason: String) -> Option<Task> {
    let (Effect::TimeoutMember { user, until, .. } | Effect::RenewTimeout { user, until, .. }) = row.effect
    else {
        return None;
    };
    match standing(app, row.guild, user).await {
        // Another case's, a moderator's own: it outlasts this one.
        Standing::Until(end) if end > until => None,
        // Somebody has ended it in Discord itself.
        Standing::None if matches!(row.effect, Effect::RenewTimeout { .. }) => None,
        _ => Some(Task::TimeoutMember { user, until, reason }),
    }
}

/// The request that ends a member's timeout, or `None` where there is nothing to do. Where another case's timeout lasts
/// longer, no more than down to that is taken away.
pub(super) async fn lift(app: &App, row: &EffectRow, reason: String) -> storage::Result<Option<Task>> {
    let Effect::LiftTimeout { user, .. } = row.effect else {
        return Ok(None);
    };
    let held = app
        .store
        .still_held(InGuild(row.guild), row.id, app.clock.now())
        .await?;
    let Held::Until(until) = held else {
        return Ok(Some(Task::LiftTimeout { user, reason }));
    };
    Ok(match standing(app, row.guild, user).await {
        // Only the other one is left, or somebody has ended or shortened it by hand: nothing is made longer by this.
        Standing::None => None,
        Standing::Until(end) if end <= until => None,
        _ => Some(Task::TimeoutMember { user, until, reason }),
    })
}

async fn standing(app: &App, guild: GuildId, user: UserId) -> Standing {
    match tokio::time::timeout(PATIENCE, app.platform.member(guild, user)).await {
        Ok(Ok(None)) => Standing::Away,
        Ok(Ok(Some(member))) => member.timed_out_until.map_or(Standing::None, Standing::Until),
        Ok(Err(error)) => {
            tracing::info!(%guild, %user, %error, "whether a timeout still holds could not be read");
            Standing::Unknown
        }
        Err(_) => {
            tracing::info!(%guild, %user, "whether a timeout still holds was not answered in time");
            Standing::Unknown
        }
    }
}
