//! What a timeout comes to at the moment it would be sent: Discord keeps one end per member, so a shorter timeout would cut
//! a longer one, and whoever ended one by hand meant it.

use std::time::Duration;

use crate::app::App;
use crate::app::platform::Task;
use crate::model::effect::{Effect, EffectRow};
use crate::model::{GuildId, Timestamp, UserId};

/// How long is waited to be told of the timeout that a member has: whoever is to be stopped can write meanwhile.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known of the timeout that somebody has.
enum Standing {
    /// Discord did not say.
    Unknown,
    /// None, or nobody by that id is in the guild.
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

async fn standing(app: &App, guild: GuildId, user: UserId) -> Standing {
    match tokio::time::timeout(PATIENCE, app.platform.member(guild, user)).await {
        Ok(Ok(member)) => member
            .and_then(|member| member.timed_out_until)
            .map_or(Standing::None, Standing::Until),
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
