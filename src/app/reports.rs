//! Plans each week's report ahead, as an effect that is due when the week is over. Its key names the week, so that a
//! restart, or ten, posts it once.

use std::time::Duration;

use super::App;
use crate::model::GuildId;
use crate::model::effect::{Effect, EffectDraft};
use crate::moderation::report::{due, week_of};
use crate::storage::InGuild;

/// After this time nobody wants last week's report any more.
const STALE: Duration = Duration::from_hours(3 * 24);

/// Plans the present week's report in every guild.
pub async fn plan(app: &App) {
    for guild in app.guilds.all() {
        plan_for(app, guild).await;
    }
}

/// Plans the present week's report of a guild, if it is set up.
pub async fn plan_for(app: &App, guild: GuildId) {
    if app.guilds.settings(guild).mod_log.is_none() {
        return;
    }
    let now = app.clock.now();
    let week = week_of(now);
    let mut report = EffectDraft::new(format!("report:{week}"), Effect::PostReport { week });
    report.not_before = Some(due(week));
    let report = report.expiring(due(week) + STALE);
    if let Err(error) = app.store.plan_effects(InGuild(guild), vec![report], now).await {
        tracing::warn!(%guild, %error, "the week's report could not be planned");
    }
}
