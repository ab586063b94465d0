//! `/setup`: where things go, who is who, whether the bot acts. Every change is answered with what is still missing.

use poise::serenity_prelude as serenity;

use super::choice::Chosen;
use super::{asker_with, guild_of, settings};
use crate::app::missing_cards::{self, Again};
use crate::artefacts::secrets::redact;
use crate::discord::checkup::{Complaint, checkup};
use crate::discord::words::moderation as words;
use crate::discord::{Command, Context, Error, app, say};
use crate::model::guild::{GuildSettings, Mode, Tier};
use crate::model::{ChannelId, Permissions, RoleId};

/// Names that can be protected in one server.
const MOST_PROTECTED: usize = 100;

/// `/setup`.
pub fn command() -> Command {
    setup()
}

/// Set Nightdesk up for this server
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    default_member_permissions = "MANAGE_GUILD",
    subcommands(
        "channels",
        "role",
        "mode",
        "check",
        "team",
        "quarantine",
        "exempt",
        "protect",
        "automod"
    )
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a future; Discord never calls a command that has subcommands"
)]
async fn setup(_ctx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Say where review cards, tickets and news for staff go
#[poise::command(slash_command, guild_only)]
async fn channels(
    ctx: Context<'_>,
    #[description = "Where removed messages are reviewed; for moderators only"]
    #[channel_types("Text")]
    mod_log: serenity::ChannelId,
    #[description = "Where members get help; everybody must see it, each ticket is a private thread in it"]
    #[channel_types("Text")]
    support: serenity::ChannelId,
    #[description = "Where agents learn of tickets; for staff only"]
    #[channel_types("Text")]
    staff: serenity::ChannelId,
    #[description = "A trap: whoever posts there and is not staff is timed out; members must be able to post"]
    #[channel_types("Text")]
    honeypot: Option<serenity::ChannelId>,
) -> Result<(), Error> {
    if honeypot.is_some_and(|trap| [mod_log, support, staff].contains(&trap)) {
        return Err(Error::told(
            "The honeypot has to be a channel of its own, in which nobody is meant to post.",
        ));
    }
    change(ctx, move |settings| {
        settings.honeypot = honeypot.map(|id| ChannelId(id.get()));
        settings.set_up = true;
        settings.mod_log = Some(ChannelId(mod_log.get()));
        settings.support = Some(ChannelId(support.get()));
        settings.staff = Some(ChannelId(staff.get()));
    })
    .await
}

/// Say which role is which tier of staff
#[poise::command(slash_command, guild_only)]
async fn role(
    ctx: Context<'_>,
    #[description = "The tier or team"] tier: Chosen<Tier>,
    #[description = "The role whose holders belong to it"] role: serenity::RoleId,
    #[description = "Take the role away from the tier instead"] remove: Option<bool>,
) -> Result<(), Error> {
    let entry = (tier.0, RoleId(role.get()));
    if entry.1.0 == guild_of(ctx)?.0 {
        return Err(Error::told(
            "@everyone cannot be staff: choose a role that only your team holds.",
        ));
    }
    change(ctx, move |settings| {
        settings.staff_roles.retain(|held| *held != entry);
        if remove != Some(true) {
            settings.staff_roles.push(entry);
            settings.staff_roles.sort();
        }
    })
    .await
}

/// Only observe, or remove scams
#[poise::command(slash_command, guild_only)]
async fn mode(
    ctx: Context<'_>,
    #[description = "What Nightdesk does here"] mode: Chosen<Mode>,
) -> Result<(), Error> {
    change(ctx, move |settings| settings.mode = mode.0).await
}

/// Look at everything that Nightdesk needs here, and say how to mend what is missing
#[poise::command(slash_command, guild_only)]
async fn check(ctx: Context<'_>) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_GUILD)?;
    say::defer(ctx).await?;
    let settings = app(ctx).guilds.settings(guild_of(ctx)?);
    report(ctx, &settings, words::checkup).await
}

/// Give a team a channel of its own for escalations
#[poise::command(slash_command, guild_only)]
async fn team(
    ctx: Context<'_>,
    #[description = "The tier or team"] team: Chosen<Tier>,
    #[description = "Its channel; left out: the staff channel"]
    #[channel_types("Text")]
    channel: Option<serenity::ChannelId>,
) -> Result<(), Error> {
    change(ctx, move |settings| match channel {
        Some(channel) => drop(settings.team_channels.insert(team.0, ChannelId(channel.get()))),
        None => drop(settings.team_channels.remove(&team.0)),
    })
    .await
}

/// Choose the role that the policy's "quarantine" gives
#[poise::command(slash_command, guild_only)]
async fn quarantine(
    ctx: Context<'_>,
    #[description = "A role that sees nothing; left out: no quarantine"] role: Option<serenity::RoleId>,
) -> Result<(), Error> {
    change(ctx, move |settings| {
        settings.quarantine_role = role.map(|role| RoleId(role.get()));
    })
    .await
}

/// Leave a channel or the holders of a role unjudged
#[poise::command(slash_command, guild_only)]
async fn exempt(
    ctx: Context<'_>,
    #[description = "A channel that is not judged"] channel: Option<serenity::ChannelId>,
    #[description = "A role whose holders are not judged"] role: Option<serenity::RoleId>,
    #[description = "Judge it again"] remove: Option<bool>,
) -> Result<(), Error> {
    let (channel, role) = (
        channel.map(|id| ChannelId(id.get())),
        role.map(|id| RoleId(id.get())),
    );
    if channel.is_none() && role.is_none() {
        return Err(Error::told("Name a channel, a role, or both."));
    }
    if role.is_some_and(|role| Some(role.0) == ctx.guild_id().map(serenity::GuildId::get))
        && remove != Some(true)
    {
        return Err(Error::told(
            "That would leave everybody unjudged. To only watch, use `/setup mode observe`.",
        ));
    }
    let remove = remove == Some(true);
    change(ctx, move |settings| {
        put(&mut settings.exempt_channels, channel, remove);
        put(&mut settings.exempt_roles, role, remove);
    })
    .await
}

/// Protect a name that no stranger may borrow, beside the names of staff
#[poise::command(slash_command, guild_only)]
async fn protect(
    ctx: Context<'_>,
    #[description = "A founder, a partner, the name of your help desk"]
    #[min_length = 3]
    #[max_length = 80]
    name: String,
    #[description = "Protect it no longer"] remove: Option<bool>,
) -> Result<(), Error> {
    let name = redact(name.trim()).text.into_owned();
    let remove = remove == Some(true);
    if name.chars().count() < 3 {
        return Err(Error::told("Name at least three letters."));
    }
    let known = app(ctx).guilds.settings(guild_of(ctx)?).protected_names.len();
    if !remove && known >= MOST_PROTECTED {
        return Err(Error::told(
            "A hundred names are protected already. Take one out first: give its name with `remove`.",
        ));
    }
    change(ctx, move |settings| {
        put(&mut settings.protected_names, Some(name), remove);
    })
    .await
}

/// Hand the surest patterns to Discord's AutoMod, which blocks them before anybody sees them
#[poise::command(slash_command, guild_only)]
async fn automod(
    ctx: Context<'_>,
    #[description = "Whether AutoMod helps; it needs Manage Server for Nightdesk, and `/setup mode enforce`"]
    enabled: bool,
) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_GUILD)?;
    if enabled {
        let guild = guild_of(ctx)?;
        let directory = app(ctx).guilds.directory(guild);
        let may = directory.is_some_and(|directory| {
            directory
                .base_permissions(directory.own_user, &directory.own_roles)
                .contains(Permissions::MANAGE_GUILD)
        });
        if !may {
            return Err(Error::told(words::AUTOMOD_NEEDS));
        }
    }
    change(ctx, move |settings| settings.automod = enabled).await
}

/// Puts one entry into a list, or takes it out.
fn put<T: PartialEq>(list: &mut Vec<T>, entry: Option<T>, remove: bool) {
    let Some(entry) = entry else { return };
    list.retain(|held| *held != entry);
    if !remove {
        list.push(entry);
    }
}

/// Changes the settings for somebody who may, and answers with what is still missing.
async fn change(
    ctx: Context<'_>,
    change: impl FnOnce(&mut GuildSettings) + Send + 'static,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_GUILD)?;
    say::defer(ctx).await?;
    let guild = guild_of(ctx)?;
    let settings = settings::change(app(ctx), guild, asker.user, change).await?;
    report(ctx, &settings, words::changed).await
}

/// Answers with the settings and what is missing, by the guild as Discord describes it now.
async fn report(
    ctx: Context<'_>,
    settings: &GuildSettings,
    words: fn(&GuildSettings, &[Complaint]) -> crate::discord::words::Saying,
) -> Result<(), Error> {
    let guild = guild_of(ctx)?;
    let directory = match app(ctx).platform.directory(guild).await {
        Ok(fresh) => fresh.into(),
        Err(error) => app(ctx).guilds.directory(guild).ok_or(error)?,
    };
    let mut complaints = checkup(&directory, settings);
    let troubles = app(ctx).feeds.troubles(app(ctx).clock.now());
    complaints.extend(troubles.into_iter().map(Complaint::Feed));
    let told = say::reply(ctx, &words(settings, &complaints)).await;
    // What was changed or mended just now may be what stood in the way of a card.
    missing_cards::post(app(ctx), guild, Again::Now).await;
    told
}
