//! What nobody knows yet: Discord sends something new beside a text, and the client library gives the whole event up. Whoever
//! can provoke that must not get a scam past the bot by it.

use serde_json::{Value, json};

use crate::impostors::{IMPOSTOR, name_the_moderator, stranger};
use crate::night::{HARMLESS, Night, SCAM, another_scam, everything_in, night};
use crate::surfaces::{card_with, somebody_new, until_removed};
use crate::tickets::opens_a_ticket_from;

/// Things that stand beside a text, in none of which serenity 0.12 can read a message.
fn strange_things() -> [(&'static str, Value); 5] {
    let row = |component: Value| json!({"components": [{"type": 1, "components": [component]}]});
    [
        ("a component of tomorrow", row(json!({"type": 99}))),
        (
            "a button of tomorrow",
            row(json!({"type": 2, "style": 9, "label": "x"})),
        ),
        (
            "a film without an address",
            json!({"embeds": [{"type": "video", "video": {"width": 1, "height": 1}}]}),
        ),
        (
            "an author without a name",
            json!({"embeds": [{"type": "link", "author": {}}]}),
        ),
        ("a place before the first", json!({"position": -1})),
    ]
}

/// A guild in which such events come. What authors are told is a matter of `moderation`.
async fn night_of_strange_events(test: impl AsyncFnOnce(&mut Night)) {
    night(async |night| {
        night.sees_strange_events();
        test(night).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_scam_beside_something_nobody_knows_yet_is_removed_like_any_other() {
    night_of_strange_events(async |night| {
        for (what, fields) in strange_things() {
            let author = somebody_new(night);
            night
                .discord
                .state()
                .next_event_is_strange("MESSAGE_CREATE", fields);
            let scam = author.says("general", &another_scam()).expect("it can be posted");
            until_removed(night, what, scam.id).await;
            let card = everything_in(&card_with(night, &author.id.to_string()).await);
            assert!(card.contains("in content"), "{what}: {card}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_scam_inside_something_nobody_knows_yet_is_removed() {
    night_of_strange_events(async |night| {
        let author = somebody_new(night);
        let inside =
            json!({"components": [{"type": 1, "components": [{"type": 99, "label": another_scam()}]}]});
        night
            .discord
            .state()
            .next_event_is_strange("MESSAGE_CREATE", inside);
        let scam = author.says("general", HARMLESS).expect("it can be posted");
        until_removed(night, "a component of tomorrow", scam.id).await;
        card_with(night, &author.id.to_string()).await;
    })
    .await;
}

#[tokio::test]
async fn a_scam_edited_in_beside_something_nobody_knows_yet_is_removed() {
    night_of_strange_events(async |night| {
        for (what, mut fields) in strange_things() {
            let author = somebody_new(night);
            let posted = author.says("general", HARMLESS).expect("it can be posted");
            // Discord need not tell the text again: then it is fetched.
            if what.starts_with("a place") {
                fields["author"] = Value::Null;
            }
            night
                .discord
                .state()
                .next_event_is_strange("MESSAGE_UPDATE", fields);
            author.edits(&posted, &another_scam()).expect("it can be edited");
            until_removed(night, what, posted.id).await;
            card_with(night, &author.id.to_string()).await;
        }
    })
    .await;
}

#[tokio::test]
async fn harmless_words_beside_something_nobody_knows_yet_stay() {
    night_of_strange_events(async |night| {
        let author = somebody_new(night);
        for (_, fields) in strange_things() {
            night
                .discord
                .state()
                .next_event_is_strange("MESSAGE_CREATE", fields);
            author.says("general", HARMLESS).expect("it can be posted");
        }
        let scam = somebody_new(night)
            .says("general", &another_scam())
            .expect("it can be posted");
        until_removed(night, "the message after them", scam.id).await;
        night.review_card().await;
        night.until_idle().await;
        let stand = night.discord.messages_in("general");
        assert_eq!(stand.len(), strange_things().len(), "{stand:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_opened_from_a_message_in_which_something_is_new() {
    night_of_strange_events(async |night| {
        let cry = night
            .member("bob")
            .says("general", "help, somebody took everything from my wallet");
        let cry = cry.expect("it can be posted");
        let new = json!({"type": 1, "components": [{"type": 99}]});
        night
            .discord
            .state()
            .messages
            .get_mut(&cry.id)
            .expect("it stands")
            .components = vec![new];
        opens_a_ticket_from(night, "bob", &cry).await;
    })
    .await;
}

#[tokio::test]
async fn a_guild_in_which_something_is_new_is_guarded_all_the_same() {
    night_of_strange_events(async |night| {
        night.stops_bot().await;
        let missed = somebody_new(night)
            .says("general", SCAM)
            .expect("it can be posted");
        let scheduled = json!({"guild_scheduled_events": [{"of": "tomorrow"}]});
        night
            .discord
            .state()
            .next_event_is_strange("GUILD_CREATE", scheduled);
        night.starts_bot().await;
        until_removed(night, "a message posted meanwhile", missed.id).await;
        night.review_card().await;
        let author = somebody_new(night);
        let scam = author.says("general", &another_scam()).expect("it can be posted");
        until_removed(night, "a message posted afterwards", scam.id).await;
        card_with(night, &author.id.to_string()).await;
    })
    .await;
}

#[tokio::test]
async fn a_member_named_like_a_moderator_is_shown_whatever_adorns_them() {
    night_of_strange_events(async |night| {
        name_the_moderator(night);
        let new = json!({"avatar_decoration_data": {"asset": "of tomorrow", "sku_id": null}});
        night
            .discord
            .state()
            .next_event_is_strange("GUILD_MEMBER_ADD", new);
        let impostor = stranger(night, "maxi_r", IMPOSTOR);
        impostor.joins().expect("anybody may join");
        let card = everything_in(&night.review_card().await);
        assert!(card.contains(&impostor.id.to_string()), "{card}");
    })
    .await;
}
