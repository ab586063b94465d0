//! "Make a rule", of a message from its menu or of one that is gone from its review card: takes the form, compiles the draft
//! beside the rules in force, tries it on the guild's record, and shows both. Nothing is put in force: rule files belong to whoever runs the bot.

use super::Press;
use crate::app::{App, backtest};
use crate::artefacts::secrets::redact;
use crate::discord::Error;
use crate::discord::words::moderation as words;
use crate::model::message::{IncomingMessage, MessagePart};
use crate::model::{CaseId, ChannelId, GuildId, MessageId, Permissions};
use crate::moderation::draft_rule::{DRAFT_FILE, DraftRule};
use crate::rules::{Place, Ruleset};
use crate::storage::InGuild;

/// Opens the form from a review card, filled in with what is kept of the message.
pub async fn open(press: &Press<'_>, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    if !press.asker().may(Permissions::MANAGE_MESSAGES) {
        return Err(Error::told(words::needs_permission(Permissions::MANAGE_MESSAGES)));
    }
    let case = press.app().store.case(InGuild(guild), id).await?;
    let Some((case, evidence)) = case.and_then(|mut case| {
        let evidence = case.evidence.take()?;
        Some((case, evidence))
    }) else {
        return Err(Error::told(words::NOTHING_KEPT));
    };
    let text = evidence.parts.iter().find(|part| is_content(part));
    let text = text.or(evidence.parts.first()).map_or("", |part| &part.text);
    press
        .show_form(&words::rule_form(case.channel, case.message, text))
        .await
}

/// Takes the form.
pub async fn submit(press: &Press<'_>, channel: ChannelId, message: MessageId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    if !press.asker().may(Permissions::MANAGE_MESSAGES) {
        return Err(Error::told(words::needs_permission(Permissions::MANAGE_MESSAGES)));
    }
    press.defer().await?;
    let app = press.app();
    let typed = |key| redact(press.typed(key).trim()).text.into_owned();
    let draft = DraftRule {
        id: typed(words::RULE_ID).to_lowercase().replace([' ', '_'], "-"),
        title: typed(words::RULE_TITLE),
        phrase: typed(words::RULE_PHRASE),
        near_misses: typed(words::RULE_CLEAN)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        message: message_of(app, guild, channel, message).await?.and_then(content),
    };
    let toml = draft.to_toml();
    let (compiling, text) = (app.clone(), toml.clone());
    let compiled = tokio::task::spawn_blocking(move || {
        Ruleset::load_with(compiling.rulebook.directory(), DRAFT_FILE, &text)
    })
    .await
    .map_err(|_| Error::told("Trying the rule was interrupted; please send the form again."))?;
    match compiled {
        Err(errors) => press.reply(&words::draft_refused(&errors.to_string())).await,
        Ok(next) => {
            let present = app.rulebook.current();
            let tally = backtest::of_draft(app, guild, present, next, DRAFT_FILE).await?;
            press.reply(&words::draft(&toml, &tally)).await
        }
    }
}

/// The message as it stands, or as it is on record. That neither is there is no obstacle: the phrase itself is example enough.
async fn message_of(
    app: &App,
    guild: GuildId,
    channel: ChannelId,
    message: MessageId,
) -> Result<Option<IncomingMessage>, Error> {
    if let Ok(Some(standing)) = app.platform.message(guild, channel, message).await {
        return Ok(Some(standing));
    }
    let case = app.store.case_of_message(InGuild(guild), message).await?;
    Ok(case.and_then(|case| case.evidence))
}

fn is_content(part: &MessagePart) -> bool {
    matches!(part.place, Place::Content | Place::Edit)
}

/// The text of a message, if it is fit to be an example: no secret stood in it.
fn content(message: IncomingMessage) -> Option<String> {
    let content = message.parts.into_iter().find(is_content)?;
    content.secrets.is_empty().then_some(content.text)
}
