//! `/rules`: try a text against the rules, change what a rule does in this server, read the rule files again.

use poise::serenity_prelude as serenity;

use super::choice::{Chosen, InServer};
use super::{asker_with, guild_of, settings};
use crate::app::backtest::history::{Reader, SearchError, of_search};
use crate::app::reload::reload as reload_rules;
use crate::artefacts::secrets::redact;
use crate::discord::interactions::Asker;
use crate::discord::words::moderation as words;
use crate::discord::{Command, Context, Error, app, say};
use crate::model::guild::{GuildSettings, Mode, RuleMode as GuildRuleMode};
use crate::model::{ChannelId, MessageId, OverlayEntryId, Permissions};
use crate::moderation;
use crate::moderation::copies::WITHOUT_A_RULE;
use crate::moderation::policy::Circumstances;
use crate::moderation::standing::{Standing, Who};
use crate::rules::{Level, Part, Place, RuleMask, RuleMode, ScanContext, Scratch};
use crate::storage::InGuild;

/// How many rules Discord shows while one is typed.
const SUGGESTED: usize = 25;

/// `/rules`.
pub fn command() -> Command {
    rules()
}

/// "Make a rule from this message".
pub fn from_message() -> Command {
    make_rule()
}

/// What counts as a scam here
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    default_member_permissions = "MANAGE_MESSAGES",
    subcommands("reload", "test", "mode", "overlay", "stats", "backtest")
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
    match reload_rules(app(ctx)).await {
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
    let exemptions = moderation::overlay::exemptions(&rulebook.ruleset, &app.guilds.overlay(guild));
    let feeds = app.feeds.in_force();
    let context = ScanContext {
        feeds: Some(&feeds),
        own_invites: &own_invites,
        mask: Some(&mask),
        exemptions: Some(&exemptions),
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
                holds_roles: false,
            },
            priors: 0,
            wrote_before: false,
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
    #[autocomplete = "switches"]
    rule: String,
    #[description = "What it does here"] mode: Chosen<InServer>,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_GUILD)?;
    let known = app(ctx).rulebook.current();
    let is_known = known.ruleset.rules().iter().any(|known| *known.id == *rule);
    if !is_known && !WITHOUT_A_RULE.contains(&&*rule) {
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

/// See how each rule fares: what it did, and what moderators upheld and reversed
#[poise::command(slash_command, guild_only)]
async fn stats(
    ctx: Context<'_>,
    #[description = "Over so many days; left out: 30"]
    #[min = 1]
    #[max = 365]
    days: Option<u32>,
) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let (guild, app) = (guild_of(ctx)?, app(ctx));
    crate::app::shadows::write(app).await;
    let days = days.unwrap_or(30);
    let since = app.clock.now() - std::time::Duration::from_hours(24 * u64::from(days));
    let standings = app.store.rule_standings(InGuild(guild), since).await?;
    say::reply(
        ctx,
        &words::rule_stats(&standings, &app.guilds.settings(guild), days),
    )
    .await
}

/// Try a rule on this server's record, or on its history: in which messages it hits
#[poise::command(slash_command, guild_only)]
async fn backtest(
    ctx: Context<'_>,
    #[description = "The rule's id"]
    #[autocomplete = "suggestions"]
    rule: String,
    #[description = "Try it on messages with these words, found by Discord's search, instead of on cases"]
    #[min_length = 2]
    #[max_length = 200]
    search: Option<String>,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    let known = app(ctx).rulebook.current();
    if !known.ruleset.rules().iter().any(|known| *known.id == *rule) {
        return Err(Error::told(words::unknown_rule(&rule)));
    }
    say::defer(ctx).await?;
    if let Some(sought) = search {
        let reader = Reader {
            user: asker.user,
            roles: asker.roles,
        };
        let shown = match of_search(app(ctx), guild_of(ctx)?, &reader, &rule, &sought).await {
            Ok(searched) => words::in_history(&rule, &sought, &searched),
            Err(SearchError::Store(error)) => return Err(error.into()),
            Err(SearchError::Platform(error)) => words::search_failed(&error),
        };
        return say::reply(ctx, &shown).await;
    }
    let record = crate::app::backtest::of_rule(app(ctx), guild_of(ctx)?, &rule).await?;
    say::reply(ctx, &words::on_record(&rule, record)).await
}

/// Opens the form with the message filled in. Discord hands the message over even without the message-content intent.
#[poise::command(
    context_menu_command = "Make a rule from this message",
    guild_only,
    default_member_permissions = "MANAGE_MESSAGES"
)]
async fn make_rule(ctx: Context<'_>, message: serenity::Message) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    let text = redact(&message.content).text.into_owned();
    let (channel, message) = (ChannelId(message.channel_id.get()), MessageId(message.id.get()));
    say::show_form(ctx, &words::rule_form(channel, message, &text)).await
}

/// List what moderators have exempted in this server, or take an exemption back
#[poise::command(slash_command, guild_only)]
async fn overlay(
    ctx: Context<'_>,
    #[description = "The number of the exemption to take back"]
    #[min = 1]
    remove: Option<i64>,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let (guild, app) = (guild_of(ctx)?, app(ctx));
    let Some(number) = remove else {
        let overlay = app.store.overlay(InGuild(guild)).await?;
        return say::reply(ctx, &words::overlay(&overlay)).await;
    };
    let changed = app
        .store
        .remove_from_overlay(InGuild(guild), OverlayEntryId(number), app.clock.now())
        .await?
        .ok_or_else(|| Error::told(words::no_such_entry(number)))?;
    app.guilds.put_overlay(guild, changed);
    app.performer.wake();
    tracing::info!(%guild, number, by = %asker.user, "an exemption was taken back");
    say::reply(ctx, &words::overlay_removed(number)).await
}

/// Rules whose id or title holds what was typed so far.
#[expect(clippy::unused_async, reason = "poise wants a future")]
pub(super) async fn suggestions(ctx: Context<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    suggested(ctx, typed, &[])
}

/// The same, and the findings that no rule makes: they act or do not act like rules.
#[expect(clippy::unused_async, reason = "poise wants a future")]
async fn switches(ctx: Context<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    suggested(ctx, typed, &WITHOUT_A_RULE)
}

fn suggested(ctx: Context<'_>, typed: &str, more: &[&str]) -> serenity::CreateAutocompleteResponse {
    let typed = typed.to_lowercase();
    let rulebook = app(ctx).rulebook.current();
    let fits = |rule: &&crate::rules::load::RuleInfo| {
        rule.id.contains(&typed) || rule.title.to_lowercase().contains(&typed)
    };
    let rules = rulebook.ruleset.rules().iter().filter(fits);
    let more = more.iter().copied().filter(|name| name.contains(&typed));
    // They come first: nobody would find them behind all the rules that Discord does not show.
    let fitting = more.chain(rules.map(|rule| rule.id.as_ref())).take(SUGGESTED);
    serenity::CreateAutocompleteResponse::new()
        .set_choices(fitting.map(serenity::AutocompleteChoice::from).collect())
}
