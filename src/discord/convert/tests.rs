//! Both readers see every surface, leave no secret, and agree with each other.

use poise::serenity_prelude as serenity;
use serde_json::{Value, json};

use super::message::{Reading, edited, posted};
use super::raw;
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::{GuildId, MessageId};

const GUILD: GuildId = GuildId(7);
/// A private key that anybody may know: the all-ones test vector in wallet import format.
const KEY: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";

fn user() -> Value {
    json!({"id": "100", "username": "mallory", "global_name": "Mallory", "discriminator": "0", "avatar": null, "bot": false})
}

/// A message with every surface that serenity decodes, each with a text of its own.
fn full() -> Value {
    json!({
        "id": "175928847299117063", "channel_id": "20", "guild_id": "7", "type": 0, "author": user(),
        "member": {"nick": "Mal", "roles": ["31", "32"], "joined_at": "2024-05-01T10:00:00.000000+00:00", "deaf": false, "mute": false, "flags": 0},
        "content": "the content", "timestamp": "2026-01-01T00:00:00.000000+00:00", "edited_timestamp": null,
        "tts": false, "mention_everyone": true, "mentions": [], "mention_roles": [], "pinned": false,
        "attachments": [{"id": "41", "filename": "file.png", "description": "alt text", "size": 9, "url": "https://cdn.discordapp.com/a/file.png", "proxy_url": "https://media.discordapp.net/a/file.png", "content_type": "image/png"}],
        "embeds": [{
            "type": "rich", "title": "the title", "description": "the description", "url": "https://embed.example",
            "author": {"name": "the author", "url": "https://author.example"}, "provider": {"name": "the provider", "url": "https://provider.example"},
            "footer": {"text": "the footer"}, "fields": [{"name": "field name", "value": "field value", "inline": true}]
        }],
        "sticker_items": [{"id": "51", "name": "the sticker", "format_type": 1}],
        "components": [{"type": 1, "components": [
            {"type": 2, "style": 5, "label": "a button", "url": "https://button.example", "disabled": false}
        ]}, {"type": 1, "components": [
            {"type": 3, "custom_id": "x", "placeholder": "choose", "options": [{"label": "an option", "value": "v", "description": "of course"}]}
        ]}],
        "poll": {"question": {"text": "the question"}, "answers": [{"answer_id": 1, "poll_media": {"text": "an answer"}}],
                 "expiry": null, "allow_multiselect": false, "layout_type": 1},
        "message_reference": {"type": 1, "message_id": "61", "channel_id": "20", "guild_id": "7"},
        "message_snapshots": [{"message": {
            "type": 0, "content": "forwarded", "timestamp": "2026-01-01T00:00:00.000000+00:00", "edited_timestamp": null,
            "mentions": [], "mention_roles": [], "flags": 0,
            "attachments": [{"id": "42", "filename": "inner.zip", "size": 3, "url": "https://cdn.discordapp.com/a/inner.zip", "proxy_url": "https://media.discordapp.net/a/inner.zip"}],
            "embeds": [{"type": "rich", "title": "inner title"}]
        }}]
    })
}

const SURFACES: &[(&str, &str)] = &[
    ("content", "the content"),
    ("embed[0].title", "the title"),
    ("embed[0].description", "the description"),
    ("embed[0].field", "field name\nfield value"),
    ("embed[0].author", "the author"),
    ("embed[0].url", "https://author.example"),
    ("embed[0].footer", "the footer"),
    ("embed[0].author", "the provider"),
    ("embed[0].url", "https://provider.example"),
    ("embed[0].url", "https://embed.example"),
    ("attachment_name", "file.png"),
    ("attachment_name", "alt text"),
    ("sticker_name", "the sticker"),
    ("component.text_display", "a button"),
    ("component.url", "https://button.example"),
    ("component.text_display[1]", "choose"),
    ("component.text_display[2]", "an option"),
    ("component.text_display[2]", "of course"),
    ("poll.question", "the question"),
    ("poll.answer", "an answer"),
    ("snapshot", "forwarded"),
    ("snapshot", "inner title"),
    ("snapshot", "inner.zip"),
];

fn typed(json: &Value) -> IncomingMessage {
    let message: serenity::Message =
        serde_json::from_value(json.clone()).expect("serenity reads the fixture");
    match posted(GUILD, &message) {
        Reading::Message(message) => *message,
        other => panic!("not a message: {other:?}"),
    }
}

fn read(json: &Value) -> IncomingMessage {
    raw::message(GUILD, Arrival::Posted, json).expect("the raw reader reads the fixture")
}

fn surfaces(message: &IncomingMessage) -> Vec<(String, String)> {
    let mut all: Vec<_> = message
        .parts
        .iter()
        .map(|part| (part.place.to_string(), part.text.clone()))
        .collect();
    all.sort();
    all
}

#[test]
fn every_surface_of_a_message_is_read_by_both_readers() {
    let mut expected: Vec<_> = SURFACES
        .iter()
        .map(|(place, text)| ((*place).to_owned(), (*text).to_owned()))
        .collect();
    expected.sort();
    assert_eq!(surfaces(&typed(&full())), expected);
    assert_eq!(surfaces(&read(&full())), expected);
}

#[test]
fn both_readers_agree_on_everything_else() {
    let (typed, raw) = (typed(&full()), read(&full()));
    assert_eq!(typed.author, raw.author);
    assert_eq!(typed.author.display_name, "Mal");
    assert_eq!(typed.author.roles.len(), 2);
    assert_eq!(typed.attachments, raw.attachments);
    assert_eq!(typed.attachments.len(), 2, "forwarded files count");
    assert_eq!(
        (typed.forwards, raw.forwards),
        (Some(MessageId(61)), Some(MessageId(61)))
    );
    assert!(typed.mentions_everyone && raw.mentions_everyone);
    assert!(!typed.needs_fetch);
}

#[test]
fn an_answer_to_a_message_forwards_nothing() {
    let mut answer = full();
    answer["message_reference"]["type"] = json!(0);
    answer["message_snapshots"] = json!([]);
    assert_eq!((typed(&answer).forwards, read(&answer).forwards), (None, None));
}

#[test]
fn a_secret_is_gone_from_every_surface_before_anything_else_sees_it() {
    let whole = full().to_string();
    for (_, text) in SURFACES {
        let text = text.split('\n').next_back().unwrap_or(text);
        let planted: Value =
            serde_json::from_str(&whole.replace(text, &format!("x {KEY} y"))).expect("still JSON");
        for message in [typed(&planted), read(&planted)] {
            let shown = format!("{message:?}");
            assert!(!shown.contains(KEY), "{text}: {shown}");
        }
    }
    let named: Value = serde_json::from_str(
        &whole
            .replace("Mallory", KEY)
            .replace("mallory", KEY)
            .replace("\"Mal\"", &format!("\"{KEY}\"")),
    )
    .expect("still JSON");
    for message in [typed(&named), read(&named)] {
        assert!(!format!("{message:?}").contains(KEY));
    }
}

#[test]
fn components_v2_are_invisible_to_serenity_and_read_from_the_raw_message() {
    let mut v2 = full();
    for key in [
        "content",
        "embeds",
        "attachments",
        "sticker_items",
        "poll",
        "message_snapshots",
    ] {
        v2.as_object_mut().expect("an object").remove(key);
    }
    v2["content"] = json!("");
    v2["embeds"] = json!([]);
    v2["attachments"] = json!([]);
    v2["flags"] = json!(1 << 15);
    v2["components"] = json!([
        {"type": 17, "components": [
            {"type": 10, "content": "deep text"},
            {"type": 9, "components": [{"type": 10, "content": "in a section"}],
             "accessory": {"type": 2, "style": 5, "label": "go", "url": "https://v2.example"}},
            {"type": 12, "items": [{"media": {"url": "https://gallery.example/a.png"}, "description": "a picture"}]},
            {"type": 13, "file": {"url": "attachment://x.bin"}, "name": "x.bin"},
            {"type": 14}
        ]}
    ]);
    assert!(typed(&v2).needs_fetch);
    let texts: Vec<_> = surfaces(&read(&v2)).into_iter().map(|(_, text)| text).collect();
    for wanted in [
        "deep text",
        "in a section",
        "go",
        "https://v2.example",
        "https://gallery.example/a.png",
        "a picture",
        "x.bin",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "{wanted} in {texts:?}");
    }
}

#[test]
fn text_may_hide_beside_the_files_and_buttons_of_a_bot_but_not_of_a_member() {
    let mut picture = full();
    for key in ["sticker_items", "poll", "message_snapshots"] {
        picture.as_object_mut().expect("an object").remove(key);
    }
    picture["content"] = json!("");
    picture["embeds"] = json!([]);
    assert!(!typed(&picture).needs_fetch, "a member's picture");
    picture["webhook_id"] = json!("61");
    assert!(typed(&picture).needs_fetch, "a webhook's");
    picture["content"] = json!("Components V2 have no content");
    assert!(!typed(&picture).needs_fetch);
}

#[test]
fn a_forwarded_message_without_anything_readable_is_fetched() {
    let mut forward = full();
    forward["content"] = json!("");
    forward["message_snapshots"][0]["message"]["content"] = json!("");
    forward["message_snapshots"][0]["message"]["embeds"] = json!([]);
    forward["message_snapshots"][0]["message"]["attachments"] = json!([]);
    assert!(typed(&forward).needs_fetch);
}

#[test]
fn an_edit_is_read_from_its_event_and_fetched_only_when_the_event_is_partial() {
    let whole: serenity::MessageUpdateEvent =
        serde_json::from_value(full()).expect("serenity reads the fixture");
    match edited(GUILD, &whole) {
        Reading::Message(message) => {
            assert_eq!(message.arrival, Arrival::Edited);
            assert!(
                message
                    .parts
                    .iter()
                    .any(|part| part.place.to_string() == "edit" && part.text == "the content")
            );
        }
        other => panic!("not a message: {other:?}"),
    }
    let partial = json!({"id": "1", "channel_id": "2", "guild_id": "7", "embeds": []});
    let partial: serenity::MessageUpdateEvent =
        serde_json::from_value(partial).expect("serenity reads the fixture");
    assert!(matches!(edited(GUILD, &partial), Reading::Fetch { .. }));
}

#[test]
fn announcements_of_discord_are_not_judged() {
    let mut pinned = full();
    pinned["type"] = json!(6);
    assert!(raw::message(GUILD, Arrival::Posted, &pinned).is_none());
    let message: serenity::Message = serde_json::from_value(pinned).expect("serenity reads the fixture");
    assert!(matches!(posted(GUILD, &message), Reading::Nothing));
}

#[test]
fn a_field_of_another_form_than_documented_takes_nothing_else_with_it() {
    let whole = full();
    let odd = [
        json!(null),
        json!(5),
        json!(-1),
        json!("x"),
        json!([{"x": [5]}, 7]),
        json!({"x": 5}),
    ];
    for key in whole.as_object().expect("it is an object").keys() {
        if ["id", "channel_id", "author", "content", "type"].contains(&key.as_str()) {
            continue;
        }
        for strange in &odd {
            let mut message = whole.clone();
            message[key] = strange.clone();
            let found = surfaces(&read(&message));
            assert!(
                found.contains(&("content".to_owned(), "the content".to_owned())),
                "{key} as {strange}: {found:?}"
            );
        }
    }
}

#[test]
fn the_texts_of_a_component_that_discord_invents_one_day_are_read() {
    let row = json!({"type": 1, "components": [
        {"type": 99, "label": "a label of tomorrow", "url": "https://tomorrow.example", "strange": [1]},
    ]});
    let found = surfaces(&read(&json!({
        "id": "1", "channel_id": "2", "author": {"id": "3"}, "components": [row],
    })));
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["a label of tomorrow", "https://tomorrow.example"]);
}

#[test]
fn an_update_that_does_not_tell_the_text_has_to_be_fetched() {
    let partial = json!({"id": "1", "channel_id": "2", "position": -1, "author": {"id": "3"}});
    for (arrival, fetched) in [(Arrival::Edited, true), (Arrival::Posted, false)] {
        let reading = raw::event(GUILD, arrival, &partial);
        assert_eq!(matches!(reading, Reading::Fetch { .. }), fetched, "{reading:?}");
    }
    let anonymous = json!({"id": "1", "channel_id": "2", "content": "x"});
    let reading = raw::event(GUILD, Arrival::Edited, &anonymous);
    assert!(matches!(reading, Reading::Fetch { .. }), "{reading:?}");
    let pinned = json!({"id": "1", "channel_id": "2", "author": {"id": "3"}, "type": 6});
    let reading = raw::event(GUILD, Arrival::Posted, &pinned);
    assert!(matches!(reading, Reading::Nothing), "{reading:?}");
}

#[test]
fn nothing_in_a_message_object_can_make_the_raw_reader_fail_badly() {
    for odd in [
        json!(null),
        json!([]),
        json!({"id": "x"}),
        json!({"id": "1", "channel_id": "2", "author": {"id": "3"}, "components": [5, {"type": 17, "components": 3}]}),
    ] {
        let _ = raw::message(GUILD, Arrival::Posted, &odd);
    }
}
