//! From what the bot says ([`Saying`], [`Form`]) to serenity's builders, for every way a message can leave: a message, an
//! edit, an answer to an interaction, a follow-up, a form.
//!
//! Two promises are kept here and nowhere else: every message names exactly whom it pings (`allowed_mentions` with
//! explicit lists, never Discord's default of everybody named), and no text is longer than Discord takes.

use std::sync::atomic::Ordering;

use poise::serenity_prelude as serenity;
use serenity::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedFooter, CreateInputText,
    CreateInteractionResponse, CreateInteractionResponseFollowup, CreateInteractionResponseMessage,
    CreateMessage, CreateModal, EditInteractionResponse, EditMessage, InputTextStyle, MessageReference,
};

use super::answering::Answering;
use super::perform::{channel, message as message_id};
use super::words::{Button, ButtonStyle, Card, Form, Press, Saying, shortened};
use super::{Context, Error};
use crate::app::platform::PlatformError;

/// Discord's ceilings, in characters ("Message" and "Embed limits" of its reference).
mod ceiling {
    pub(super) const CONTENT: usize = 2000;
    pub(super) const TITLE: usize = 256;
    pub(super) const BODY: usize = 4096;
    pub(super) const FIELDS: usize = 25;
    pub(super) const FIELD_NAME: usize = 256;
    pub(super) const FIELD_VALUE: usize = 1024;
    pub(super) const FOOTER: usize = 2048;
    pub(super) const CARD: usize = 6000;
    pub(super) const BUTTON: usize = 80;
    pub(super) const ROWS: usize = 5;
    pub(super) const BUTTONS_IN_ROW: usize = 5;
    pub(super) const FORM_TITLE: usize = 45;
    pub(super) const LABEL: usize = 45;
    pub(super) const PLACEHOLDER: usize = 100;
    pub(super) const ANSWER: u16 = 4000;
    pub(super) const INPUTS: usize = 5;
}

/// A message of its own.
pub fn message(saying: &Saying) -> CreateMessage {
    let mut builder = CreateMessage::new()
        .allowed_mentions(mentions(saying))
        .embeds(cards(saying))
        .components(rows(saying));
    if !saying.text.is_empty() {
        builder = builder.content(text(saying));
    }
    if let Some((place, answered)) = saying.reply_to {
        let reference = MessageReference::from((channel(place), message_id(answered)));
        builder = builder.reference_message(reference.fail_if_not_exists(false));
    }
    builder
}

/// A change to a message of ours: everything is replaced.
pub fn edit(saying: &Saying) -> EditMessage {
    EditMessage::new()
        .content(text(saying))
        .allowed_mentions(mentions(saying))
        .embeds(cards(saying))
        .components(rows(saying))
}

/// The first answer to an interaction. `private`: only the asker sees it.
pub fn answer(saying: &Saying, private: bool) -> CreateInteractionResponse {
    CreateInteractionResponse::Message(answer_message(saying, private))
}

/// The answer to a press that changes the message that carries the button.
pub fn update(saying: &Saying) -> CreateInteractionResponse {
    CreateInteractionResponse::UpdateMessage(answer_message(saying, false))
}

fn answer_message(saying: &Saying, private: bool) -> CreateInteractionResponseMessage {
    CreateInteractionResponseMessage::new()
        .content(text(saying))
        .allowed_mentions(mentions(saying))
        .embeds(cards(saying))
        .components(rows(saying))
        .ephemeral(private)
}

/// The text of an answer that was deferred.
pub fn edit_answer(saying: &Saying) -> EditInteractionResponse {
    EditInteractionResponse::new()
        .content(text(saying))
        .allowed_mentions(mentions(saying))
        .embeds(cards(saying))
        .components(rows(saying))
}

/// One more message after the first answer.
pub fn follow_up(saying: &Saying, private: bool) -> CreateInteractionResponseFollowup {
    CreateInteractionResponseFollowup::new()
        .content(text(saying))
        .allowed_mentions(mentions(saying))
        .embeds(cards(saying))
        .components(rows(saying))
        .ephemeral(private)
}

/// A form: text inputs in action rows, the only kind whose answers serenity 0.12 brings back.
pub fn form(form: &Form) -> CreateInteractionResponse {
    let inputs = form.inputs.iter().take(ceiling::INPUTS).map(|input| {
        let style = if input.long {
            InputTextStyle::Paragraph
        } else {
            InputTextStyle::Short
        };
        let max = input.max.clamp(1, ceiling::ANSWER);
        let mut builder = CreateInputText::new(style, shortened(&input.label, ceiling::LABEL), input.key)
            .required(input.required)
            .max_length(max);
        if input.min > 0 {
            builder = builder.min_length(input.min.min(max));
        }
        if !input.placeholder.is_empty() {
            builder = builder.placeholder(shortened(&input.placeholder, ceiling::PLACEHOLDER));
        }
        if !input.value.is_empty() {
            builder = builder.value(shortened(&input.value, usize::from(max)));
        }
        CreateActionRow::InputText(builder)
    });
    let modal = CreateModal::new(form.id.to_string(), shortened(&form.title, ceiling::FORM_TITLE));
    CreateInteractionResponse::Modal(modal.components(inputs.collect()))
}

/// The promise of an answer that only the asker sees.
pub fn promise() -> CreateInteractionResponse {
    CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(true))
}

/// A command whose answer was promised and not given yet.
struct Promised;

/// A command that waits for an answer.
type Asked<'a> = poise::ApplicationContext<'a, super::Data, Error>;

fn answering(ctx: Asked<'_>) -> Answering<'_> {
    answering_command(&ctx.serenity_context().http, ctx.interaction)
}

/// The answer to a command, whether or not we know one of that name.
pub fn answering_command<'a>(
    http: &'a serenity::Http,
    command: &'a serenity::CommandInteraction,
) -> Answering<'a> {
    Answering {
        http,
        id: command.id,
        application: command.application_id,
        token: &command.token,
    }
}

fn is_answered(ctx: Asked<'_>) -> &std::sync::atomic::AtomicBool {
    ctx.has_sent_initial_response
}

/// Promises an answer to a command that only the asker sees.
pub async fn defer(ctx: Context<'_>) -> Result<(), Error> {
    let poise::Context::Application(asked) = ctx else {
        return Ok(());
    };
    let promised = answering(asked).first(&promise()).await;
    if matches!(promised, Ok(()) | Err(PlatformError::Unanswered(_))) {
        // Where nobody can tell whether it arrived, what is said next takes its place all the same.
        is_answered(asked).store(true, Ordering::SeqCst);
        ctx.set_invocation_data(Promised).await;
    }
    Ok(promised?)
}

/// Answers a command; only the asker sees it.
pub async fn reply(ctx: Context<'_>, saying: &Saying) -> Result<(), Error> {
    let poise::Context::Application(asked) = ctx else {
        return Err(slash_only());
    };
    let answering = answering(asked);
    let told = if ctx.invocation_data::<Promised>().await.is_some() {
        let told = answering.edit(&edit_answer(saying)).await;
        ctx.set_invocation_data(()).await;
        told
    } else if is_answered(asked).load(Ordering::SeqCst) {
        answering.more(&follow_up(saying, true)).await
    } else {
        is_answered(asked).store(true, Ordering::SeqCst);
        answering.first(&answer(saying, true)).await
    };
    told.map_err(Error::Untold)
}

/// Answers a command with a form.
pub async fn show_form(ctx: Context<'_>, form: &Form) -> Result<(), Error> {
    let poise::Context::Application(asked) = ctx else {
        return Err(slash_only());
    };
    answering(asked).first(&self::form(form)).await?;
    is_answered(asked).store(true, Ordering::SeqCst);
    Ok(())
}

fn slash_only() -> Error {
    Error::told("This works as a slash command only.")
}

/// Exactly the people and roles that this message pings, and nobody else.
pub fn mentions(saying: &Saying) -> CreateAllowedMentions {
    CreateAllowedMentions::new()
        .users(
            saying
                .ping_users
                .iter()
                .map(|user| serenity::UserId::new(user.0.max(1))),
        )
        .roles(
            saying
                .ping_roles
                .iter()
                .map(|role| serenity::RoleId::new(role.0.max(1))),
        )
}

fn text(saying: &Saying) -> String {
    shortened(&saying.text, ceiling::CONTENT)
}

fn cards(saying: &Saying) -> Vec<CreateEmbed> {
    saying.card.as_ref().map(card).into_iter().collect()
}

/// A card within Discord's limits: the body gives way first, then the last fields.
fn card(card: &Card) -> CreateEmbed {
    let title = shortened(&card.title, ceiling::TITLE);
    let footer = shortened(&card.footer, ceiling::FOOTER);
    let fields: Vec<(String, String, bool)> = card
        .fields
        .iter()
        .filter(|(name, value, _)| !name.is_empty() && !value.is_empty())
        .take(ceiling::FIELDS)
        .map(|(name, value, inline)| {
            (
                shortened(name, ceiling::FIELD_NAME),
                shortened(value, ceiling::FIELD_VALUE),
                *inline,
            )
        })
        .collect();
    let mut room = ceiling::CARD.saturating_sub(length(&title) + length(&footer));
    let mut embed = CreateEmbed::new().colour(card.tone.colour());
    if !title.is_empty() {
        embed = embed.title(title);
    }
    if !footer.is_empty() {
        embed = embed.footer(CreateEmbedFooter::new(footer));
    }
    let wanted: usize = fields
        .iter()
        .map(|(name, value, _)| length(name) + length(value))
        .sum();
    let body_room = room.saturating_sub(wanted).max(room.min(500)).min(ceiling::BODY);
    let body = shortened(&card.body, body_room);
    room = room.saturating_sub(length(&body));
    if !body.is_empty() {
        embed = embed.description(body);
    }
    for (name, value, inline) in fields {
        let size = length(&name) + length(&value);
        if size > room {
            break;
        }
        room -= size;
        embed = embed.field(name, value, inline);
    }
    embed
}

/// Discord counts characters as UTF-16 units; the larger count is the safe one.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

fn rows(saying: &Saying) -> Vec<CreateActionRow> {
    saying
        .buttons
        .iter()
        .filter(|row| !row.is_empty())
        .take(ceiling::ROWS)
        .map(|row| CreateActionRow::Buttons(row.iter().take(ceiling::BUTTONS_IN_ROW).map(button).collect()))
        .collect()
}

fn button(button: &Button) -> CreateButton {
    let builder = match &button.press {
        Press::Link(url) => CreateButton::new_link(url),
        Press::Component(id) => CreateButton::new(id.to_string()).style(match button.style {
            ButtonStyle::Primary => serenity::ButtonStyle::Primary,
            ButtonStyle::Secondary => serenity::ButtonStyle::Secondary,
            ButtonStyle::Success => serenity::ButtonStyle::Success,
            ButtonStyle::Danger => serenity::ButtonStyle::Danger,
        }),
    };
    builder
        .label(shortened(&button.label, ceiling::BUTTON))
        .disabled(!button.enabled)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::discord::component_id::ComponentId;
    use crate::discord::words::{Input, Tone};
    use crate::model::{CaseId, RoleId, TicketId, UserId};

    fn as_json(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).unwrap_or_default()
    }

    #[test]
    fn a_message_pings_only_those_it_names() {
        let mut saying = Saying::text("<@5> and @everyone and <@&6>");
        assert_eq!(
            as_json(message(&saying))["allowed_mentions"],
            json!({"parse": [], "users": [], "roles": []})
        );
        saying.ping_users = vec![UserId(5)];
        saying.ping_roles = vec![RoleId(6)];
        let named = json!({"parse": [], "users": ["5"], "roles": ["6"]});
        for built in [
            as_json(message(&saying)),
            as_json(edit(&saying)),
            as_json(edit_answer(&saying)),
        ] {
            assert_eq!(built["allowed_mentions"], named);
        }
        assert_eq!(as_json(answer(&saying, true))["data"]["allowed_mentions"], named);
        assert_eq!(as_json(follow_up(&saying, true))["allowed_mentions"], named);
    }

    #[test]
    fn a_card_that_is_too_long_is_cut_to_what_discord_takes() {
        let card = Card {
            title: "t".repeat(400),
            body: "b".repeat(9000),
            fields: (0..40)
                .map(|n| (format!("field {n}"), "v".repeat(2000), false))
                .collect(),
            footer: "f".repeat(3000),
            tone: Tone::Danger,
        };
        let built = as_json(super::card(&card));
        let lengths = |key: &str| built[key].as_str().map_or(0, str::len);
        let fields: usize = built["fields"].as_array().map_or(0, |fields| {
            fields
                .iter()
                .map(|f| f["name"].as_str().map_or(0, length) + f["value"].as_str().map_or(0, length))
                .sum()
        });
        let footer = built["footer"]["text"].as_str().map_or(0, length);
        assert!(lengths("title") <= 260);
        assert!(
            length(built["title"].as_str().unwrap_or_default())
                + length(built["description"].as_str().unwrap_or_default())
                + fields
                + footer
                <= 6000
        );
    }

    #[test]
    fn buttons_carry_their_ids_and_a_disabled_one_says_so() {
        let mut off = Button::new(
            "Confirm",
            ComponentId::ConfirmCase(CaseId(7)),
            ButtonStyle::Success,
        );
        off.enabled = false;
        let saying = Saying {
            buttons: vec![vec![off, Button::link("Open", "https://example.org")]],
            ..Saying::default()
        };
        let built = as_json(message(&saying));
        let row = &built["components"][0]["components"];
        assert_eq!(row[0]["custom_id"], "v1:confirm:7");
        assert_eq!(row[0]["disabled"], true);
        assert_eq!(row[1]["url"], "https://example.org");
    }

    #[test]
    fn a_form_keeps_discords_limits() {
        let input = Input {
            key: "what",
            label: "l".repeat(80),
            placeholder: "p".repeat(200),
            value: "v".repeat(5000),
            long: true,
            required: true,
            min: 10,
            max: 9000,
        };
        let built = as_json(form(&Form {
            id: ComponentId::CloseForm(TicketId(3)),
            title: "t".repeat(80),
            inputs: vec![input],
        }));
        assert_eq!(built["type"], 9);
        assert_eq!(built["data"]["custom_id"], "v1:close-form:3");
        let field = &built["data"]["components"][0]["components"][0];
        assert_eq!(field["max_length"], 4000);
        assert_eq!(field["min_length"], 10);
        assert!(
            field["label"]
                .as_str()
                .is_some_and(|label| label.chars().count() == 45)
        );
        assert!(
            field["value"]
                .as_str()
                .is_some_and(|value| value.chars().count() == 4000)
        );
    }
}
