//! "Make a rule from this message": takes the form, compiles the draft beside the rules in force, tries it on the guild's
//! record, and shows both. Nothing is put in force: rule files belong to whoever runs the bot.

use super::Press;
use crate::app::backtest;
use crate::artefacts::secrets::redact;
use crate::discord::Error;
use crate::discord::words::moderation as words;
use crate::model::message::IncomingMessage;
use crate::model::{ChannelId, MessageId, Permissions};
use crate::moderation::draft_rule::{DRAFT_FILE, DraftRule};
use crate::rules::{Place, Ruleset};

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
        // A message that is gone, or that the bot may not read, is no obstacle: the phrase itself is example enough.
        message: app
            .platform
            .message(guild, channel, message)
            .await
            .ok()
            .flatten()
            .and_then(content),
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

/// The text of a message, if it is fit to be an example: no secret stood in it.
fn content(message: IncomingMessage) -> Option<String> {
    let content = message
        .parts
        .into_iter()
        .find(|part| matches!(part.place, Place::Content | Place::Edit))?;
    content.secrets.is_empty().then_some(content.text)
}
