//! `/rules`: try a text against the rules, change what a rule does in this server, read the rule files again.

use poise::serenity_prelude as serenity;

use super::choice::{Chosen, InServer};
use super::{asker_with, guild_of, settings};
use crate::artefacts::secrets::redact;
use crate::discord::interactions::Asker;
use crate::discord::words::moderation as words;
use crate::discord::{Command, Context, Error, app, say};
use crate::model::Permissions;
use crate::model::guild::{GuildSettings, Mode, RuleMode as GuildRuleMode};
use crate::moderation::policy::Circumstances;
use crate::moderation::standing::{Standing, Who};
use crate::rules::{Level, Part, Place, RuleMask, RuleMode, ScanContext, Scratch};

/// How many rules Discord shows while one is typed.
const SUGGESTED: usize = 25;

/// `/rules`.
pub fn command() -> Command {
    rules()
}

/// What counts as a scam here
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    default_member_permissions = "MANAGE_MESSAGES",
    subcommands("reload", "test", "mode")
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a future; Discord never calls a command that has subcommands"
)]
async fn rules(_ctx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Read the rule files again (operators of the bot only)
#[poise::command(slash_command, guild_only)]
async fn reload(ctx: Context<'_>) -> Result<(), Error> {
    let operator = Asker::of_command(ctx).user;
    if !app(ctx).operators.contains(&operator) {
        return Err(Error::told(words::NO_OPERATORS));
    }
    say::defer(ctx).await?;
    let running = app(ctx).clone();
    // Compiling hundreds of patterns takes a while: not on a thread that answers others.
    let reloaded = tokio::task::spawn_blocking(move || running.rulebook.reload())
        .await
        .map_err(|_| {
            Error::told("Reading the rules was interrupted. The old rules go on; please try again.")
        })?;
    match reloaded {
        Ok(rulebook) => {
            let count = rulebook.ruleset.rules().len();
            tracing::info!(%operator, count, "rules reloaded");
            say::reply(ctx, &words::reloaded(count)).await
        }
        Err(errors) => {
            tracing::warn!(%operator, "rules not reloaded: the files have mistakes");
            say::reply(ctx, &words::reload_failed(&errors)).await
        }
    }
}

/// See what the rules find in a text; nothing is stored
#[poise::command(slash_command, guild_only)]
async fn test(
    ctx: Context<'_>,
    #[description = "The text to test; a seed phrase or key in it is replaced first"]
    #[max_length = 4000]
    text: String,
) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let guild = guild_of(ctx)?;
    let app = app(ctx);
    let clean = redact(&text);
    let rulebook = app.rulebook.current();
    let settings = app.guilds.settings(guild);
    let directory = app.guilds.directory(guild);
    let own_invites: Vec<String> = directory
        .iter()
        .filter_map(|directory| directory.vanity.clone())
        .collect();
    let mask = RuleMask::build(&rulebook.ruleset, |rule| {
        match settings.rule_modes.get(rule.id.as_ref()) {
            None => RuleMode::Enforce,
            Some(GuildRuleMode::Observe) => RuleMode::Observe,
            Some(GuildRuleMode::Off) => RuleMode::Off,
        }
    });
    let context = ScanContext {
        own_invites: &own_invites,
        mask: Some(&mask),
        mentions_everyone: text.contains("@everyone") || text.contains("@here"),
        ..ScanContext::default()
    };
    let part = Part {
        place: Place::Content,
        text: &clean.text,
        secrets: &clean.found,
    };
    let verdict = rulebook.ruleset.scan(&[part], &context, &mut Scratch::new());
    let actions = if verdict.level >= Level::Suspicious {
        let stranger = Circumstances {
            standing: Standing {
                who: Who::Member,
                joined_at: None,
            },
            priors: 0,
            pings_everyone: context.mentions_everyone,
            quoted: false,
            now: app.clock.now(),
        };
        let enforcing = GuildSettings {
            set_up: true,
            mode: Mode::Enforce,
            ..GuildSettings::clone(&settings)
        };
        rulebook.policy.decide(&verdict, &stranger, &enforcing).actions
    } else {
        Vec::new()
    };
    let shown = words::tested(
        &clean.text,
        clean.found.len(),
        &verdict,
        &actions,
        &rulebook.ruleset,
    );
    say::reply(ctx, &shown).await
}

/// Let a rule act, only be observed, or be off in this server
#[poise::command(slash_command, guild_only)]
async fn mode(
    ctx: Context<'_>,
    #[description = "The rule's id"]
    #[autocomplete = "suggestions"]
    rule: String,
    #[description = "What it does here"] mode: Chosen<InServer>,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_GUILD)?;
    let known = app(ctx).rulebook.current();
    if !known.ruleset.rules().iter().any(|known| *known.id == *rule) {
        return Err(Error::told(words::unknown_rule(&rule)));
    }
    say::defer(ctx).await?;
    let mode = mode.0.0;
    let name = rule.clone();
    settings::change(app(ctx), guild_of(ctx)?, asker.user, move |settings| match mode {
        None => drop(settings.rule_modes.remove(&name)),
        Some(mode) => drop(settings.rule_modes.insert(name, mode)),
    })
    .await?;
    say::reply(ctx, &words::rule_mode_set(&rule, mode)).await
}

/// Rules whose id or title holds what was typed so far.
#[expect(clippy::unused_async, reason = "poise wants a future")]
async fn suggestions(ctx: Context<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    let typed = typed.to_lowercase();
    let rulebook = app(ctx).rulebook.current();
    let fits = |rule: &&crate::rules::load::RuleInfo| {
        rule.id.contains(&typed) || rule.title.to_lowercase().contains(&typed)
    };
    let fitting = rulebook.ruleset.rules().iter().filter(fits).take(SUGGESTED);
    serenity::CreateAutocompleteResponse::new().set_choices(
        fitting
            .map(|rule| serenity::AutocompleteChoice::from(rule.id.as_ref()))
            .collect(),
    )
}
