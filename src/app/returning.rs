//! Members who were away while something was decided about them: what Discord refused then, or forgot when they left, is
//! done when they are seen here again.
//!
//! What that is is decided in `moderation::returning`; tickets are the business of [`super::openers`].

use std::time::Duration;

use super::App;
use super::impostors::Seen;
use super::platform::MemberFacts;
use crate::moderation::returning::{Present, is_under_way, owed, released_by_hand};
use crate::moderation::standing::is_new;
use crate::storage::{InGuild, Result};

/// How often, and after which pauses, somebody is looked at again about whom something is being done at this moment.
const LOOKS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// Whether there may be something to do about a member who came, changed or asked for something: they may not write, came
/// within the last days, or are not in this guild's quarantine, where they may belong.
pub fn concerns(app: &App, seen: &Seen) -> bool {
    let quarantine = app.guilds.settings(seen.guild).quarantine_role;
    let is_free = quarantine.is_some_and(|role| !seen.member.roles.contains(&role));
    !seen.member.bot && (is_free || may_have_returned(app, seen))
}

/// Looks for those among the members of a guild who may have come back while the bot was away. Nobody is waited for: what is
/// being done now is done to members who are here.
pub async fn look_for(app: &App, members: &[Seen]) {
    for seen in members {
        if !seen.member.bot && may_have_returned(app, seen) {
            look_at(app, seen, 0).await;
        }
    }
}

/// Does what waited for a member, and notes which quarantine somebody ended by hand.
pub async fn look(app: &App, seen: &Seen) {
    look_at(app, seen, LOOKS).await;
}

async fn look_at(app: &App, seen: &Seen, looks: u32) {
    if let Err(error) = settle(app, seen, looks).await {
        let (guild, user) = (seen.guild, seen.member.id);
        tracing::error!(%guild, %user, %error, "what waited for a member who came back could not be written");
    }
}

fn may_have_returned(app: &App, seen: &Seen) -> bool {
    let now = app.clock.now();
    is_new(seen.member.joined_at, now) || seen.timed_out_until.is_some_and(|end| end > now)
}

async fn settle(app: &App, seen: &Seen, looks: u32) -> Result<()> {
    let (guild, user) = (InGuild(seen.guild), seen.member.id);
    let Some(since) = seen.member.joined_at else {
        return Ok(());
    };
    let present = Present {
        since,
        timed_out_until: seen.timed_out_until,
        roles: &seen.member.roles,
    };
    let mut sanctions = app.store.sanctions_of(guild, user).await?;
    for _ in 0..looks {
        if !is_under_way(&sanctions, present) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        sanctions = app.store.sanctions_of(guild, user).await?;
    }
    let now = app.clock.now();
    let again = owed(&sanctions, present, now);
    if !again.is_empty() {
        let taken_up = app.store.take_up_again(guild, again, now).await?;
        tracing::info!(guild = %guild.0, %user, taken_up, "member.returned");
        app.performer.wake();
    }
    if released_by_hand(&sanctions, present, now).is_empty() {
        return Ok(());
    }
    // The event may have been on its way while the role was given: Discord's present word counts.
    let Some(member) = ask(app, seen).await else {
        return Ok(());
    };
    let present = Present {
        since: member.joined_at.unwrap_or(since),
        timed_out_until: member.timed_out_until,
        roles: &member.roles,
    };
    let released = released_by_hand(&sanctions, present, now);
    app.store.plan_effects(guild, released, now).await?;
    app.performer.wake();
    Ok(())
}

async fn ask(app: &App, seen: &Seen) -> Option<MemberFacts> {
    let (guild, user) = (seen.guild, seen.member.id);
    app.platform.member(guild, user).await.unwrap_or_else(|error| {
        tracing::info!(%guild, %user, %error, "whether somebody is still in the quarantine could not be read");
        None
    })
}
