//! Orders of effects that belong to a guild as a whole: notices to its owner and to its moderators.

use super::orders::{NO_MOD_LOG, Prepared, guild_name, settings};
use crate::app::platform::Task;
use crate::app::{App, automod};
use crate::model::effect::{Effect, EffectRow};
use crate::model::rule_record::RulePause;
use crate::moderation::overlay::contradictions;
use crate::moderation::report::{self, Report};
use crate::storage::{self, InGuild};

/// Turns the row of such an effect into a task.
pub(super) async fn of_guild(app: &App, row: &EffectRow) -> storage::Result<Result<Task, Prepared>> {
    Ok(match row.effect {
        Effect::TellOwner { user } => Ok(Task::TellOwner {
            user,
            guild_name: guild_name(app, row.guild),
        }),
        Effect::OfferTicket {
            channel,
            message,
            user,
        } => Ok(Task::OfferTicket {
            channel,
            message,
            user,
        }),
        Effect::WarnOfOverlay { .. } => {
            let settings = settings(app, row.guild).await?;
            let rulebook = app.rulebook.current();
            let found = contradictions(&rulebook.ruleset, &app.guilds.overlay(row.guild));
            match settings.mod_log {
                _ if found.is_empty() => Err(Prepared::Needless),
                None => Err(Prepared::Impossible(NO_MOD_LOG)),
                Some(channel) => Ok(Task::WarnOfOverlay {
                    channel,
                    contradictions: found,
                }),
            }
        }
        Effect::SyncAutomod { .. } => {
            // From the store: what was changed together with this row may not be in memory yet.
            let settings = app.store.settings(InGuild(row.guild)).await?;
            let overlay = app.store.overlay(InGuild(row.guild)).await?;
            let rulebook = app.rulebook.current();
            let directory = app.guilds.directory(row.guild);
            let wanted = automod::wanted(
                rulebook.ruleset.rules(),
                &settings,
                &overlay,
                directory.as_deref(),
            );
            Ok(Task::SyncAutomod {
                wanted: wanted.map(Box::new),
            })
        }
        Effect::PostPauseCard { pause } | Effect::RefreshPauseCard { pause } => {
            let Some(pause) = app.store.rule_pause(InGuild(row.guild), pause).await? else {
                return Ok(Err(Prepared::Needless));
            };
            pause_card(app, row, pause).await?
        }
        Effect::PostReport { week } => {
            let settings = settings(app, row.guild).await?;
            let Some(channel) = settings.mod_log else {
                return Ok(Err(Prepared::Impossible(NO_MOD_LOG)));
            };
            let (since, until) = report::span(week);
            let cases = app.store.case_counts(InGuild(row.guild), since, until).await?;
            let rules = app.store.rule_standings(InGuild(row.guild), since).await?;
            let report = Box::new(Report {
                since,
                until,
                cases,
                rules,
            });
            Ok(Task::PostReport { channel, report })
        }
        _ => Err(Prepared::Needless),
    })
}

async fn pause_card(app: &App, row: &EffectRow, pause: RulePause) -> storage::Result<Result<Task, Prepared>> {
    let settings = settings(app, row.guild).await?;
    let is_first = matches!(row.effect, Effect::PostPauseCard { .. });
    Ok(match (is_first, pause.card, settings.mod_log) {
        (true, None, Some(channel)) => Ok(Task::PostPauseCard {
            channel,
            pause: Box::new(pause),
        }),
        (true, None, None) => Err(Prepared::Impossible(NO_MOD_LOG)),
        (false, Some((channel, message)), _) => Ok(Task::RefreshPauseCard {
            channel,
            message,
            pause: Box::new(pause),
        }),
        (true, Some(_), _) | (false, None, _) => Err(Prepared::Needless),
    })
}
