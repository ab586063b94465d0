//! What was posted clean and is changed into a scam is found wherever an edit can put one: while the bot listens, and when
//! it was away.

use fake_discord::actors::{MessageDraft, Person, WebhookSender};
use fake_discord::ids::Id;
use fake_discord::world::{Message, MessageEdit};
use serde_json::{Value, json};

use crate::night::{HARMLESS, Night, another_scam, night};
use crate::surfaces::{somebody_new, until_removed};

/// A message that stands somewhere, and how its author makes it into a scam.
struct Standing {
    surface: &'static str,
    message: Message,
    by: By,
}

enum By {
    /// A member changes the text.
    Member(Person),
    /// A member puts another file with it.
    File(&'static str),
    /// A webhook makes it into this.
    Webhook(WebhookSender, Box<MessageDraft>),
}

impl Standing {
    fn turns_into_a_scam(&self, night: &Night) {
        match &self.by {
            By::Member(author) => {
                author.edits(&self.message, &another_scam()).unwrap();
            }
            By::File(name) => {
                let mut state = night.discord.state();
                let file = state.store_file(self.message.channel_id, name, None, None, b"MZ".to_vec());
                let edit = MessageEdit {
                    attachments: Some(vec![file]),
                    ..MessageEdit::default()
                };
                state.edit_message(self.message.id, edit);
            }
            By::Webhook(webhook, draft) => webhook.edits(&self.message, (**draft).clone()),
        }
    }
}

fn said(night: &Night, surface: &'static str, channel: Id) -> Standing {
    let author = somebody_new(night);
    Standing {
        surface,
        message: author.says(channel, HARMLESS).unwrap(),
        by: By::Member(author),
    }
}

/// Harmless messages on every surface that an edit can change.
fn posted(night: &Night) -> Vec<Standing> {
    let alice = night.member("alice");
    let thread = alice.starts_thread("trading", "which pool is best?").unwrap().id;
    let mut standing = Vec::new();
    for (place, channel) in [
        ("a text channel", night.discord.channel("general").id),
        ("a voice channel's chat", night.discord.channel("lounge").id),
        (
            "an announcement channel",
            night.discord.channel("announcements").id,
        ),
        ("a thread", thread),
    ] {
        standing.push(said(night, place, channel));
    }
    let author = somebody_new(night);
    let (_, starter) = author
        .posts_in_forum("help-forum", "How do I stake?", HARMLESS)
        .unwrap();
    standing.push(Standing {
        surface: "a forum post",
        message: starter,
        by: By::Member(author),
    });
    standing.push(Standing {
        surface: "a file's name",
        message: somebody_new(night).says("general", HARMLESS).unwrap(),
        by: By::File("invoice.pdf.exe"),
    });
    let text = |content: &str| json!({ "type": 10, "id": 1, "content": content });
    let embed = |words: &str| json!({ "type": "rich", "title": "News", "description": words });
    let button = |url: &str| -> Value {
        let link = json!({ "type": 2, "style": 5, "label": "Open", "url": url, "disabled": false });
        json!({ "type": 1, "components": [link] })
    };
    let webhook = night.discord.webhook("trading", "News feed");
    let turns: [(&str, MessageDraft, MessageDraft); 3] = [
        (
            "an embed",
            MessageDraft::new().embed(embed(HARMLESS)),
            MessageDraft::new().embed(embed(&another_scam())),
        ),
        (
            "a text display",
            MessageDraft::new().components_v2(vec![text(HARMLESS)]),
            MessageDraft::new().components_v2(vec![text(&another_scam())]),
        ),
        (
            "a link button",
            MessageDraft::text("News").component(button("https://ethereum.org")),
            MessageDraft::text("News").component(button(&another_scam())),
        ),
    ];
    for (surface, clean, scam) in turns {
        standing.push(Standing {
            surface,
            message: webhook.sends(clean),
            by: By::Webhook(webhook.clone(), Box::new(scam)),
        });
    }
    standing
}

#[tokio::test]
async fn whatever_an_edit_can_change_is_read_again() {
    night(async |night| {
        for one in posted(night) {
            one.turns_into_a_scam(night);
            until_removed(night, one.surface, one.message.id).await;
        }
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_is_edited_into_a_scam_while_the_bot_is_away_is_found_when_it_is_back() {
    night(async |night| {
        let all = posted(night);
        night.stops_bot().await;
        for one in &all {
            one.turns_into_a_scam(night);
        }
        night.starts_bot().await;
        for one in all {
            until_removed(night, one.surface, one.message.id).await;
        }
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_was_edited_before_the_bot_left_is_not_judged_anew() {
    night(async |night| {
        let alice = night.member("alice");
        let told = alice.says("general", HARMLESS).unwrap();
        alice
            .edits(&told, "has anyone tried the new release on mainnet yet?")
            .unwrap();
        let scam = somebody_new(night).says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&scam).await;
        let before = night.review_card().await;
        night.until_idle().await;
        night.discord.mark_all_read();
        night.stops_bot().await;
        night.starts_bot().await;
        let next = somebody_new(night).says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&next).await;
        let after = night.review_card().await;
        assert_ne!(before.id, after.id);
        assert!(night.discord.message(&told).deleted_at.is_none());
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}
