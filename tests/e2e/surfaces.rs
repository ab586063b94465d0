//! A scam is removed wherever it stands, with a case that says where; and what stands there by right stays.
//!
//! What the rules find in a text is tested in `tests/rules.rs`; how every surface of a message is read, in
//! `discord::convert`; what follows for staff, bots and webhooks, in `authors.rs`. Here each surface travels the whole
//! way: posted as Discord posts it, gone, and on a card.

use std::time::Duration;

use fake_discord::actors::{MessageDraft, Person, WebhookSender};
use fake_discord::ids::Id;
use fake_discord::rest::faults::Which;
use fake_discord::world::{Author, Message};
use serde_json::{Value, json};

use crate::night::{HARMLESS, Night, another_scam, everything_in, night, unique};

/// Only bots and webhooks write with Components V2.
const TEXT_DISPLAY: u8 = 10;

/// What is posted where a member writes, and the place that the card names.
type ByMember = (&'static str, &'static str, fn(&Night, &Person) -> Message);

/// Somebody whom no earlier message of the test has got into trouble.
pub fn somebody_new(night: &Night) -> Person {
    let name = format!("stranger{}", unique());
    let person = night.discord.newcomer(&name, Duration::from_hours(24 * 400));
    person.joins().expect("anybody may join");
    person
}

/// Waits until a message is gone, naming the surface when it stays.
pub async fn until_removed(night: &Night, surface: &str, message: Id) {
    night
        .discord
        .wait_for(format!("the scam in {surface} to be removed"), |state| {
            state.messages[&message].deleted_at.map(|_| ())
        })
        .await;
}

/// Reads the mod log up to the card that says this.
pub async fn card_with(night: &Night, words: &str) -> Message {
    loop {
        let card = night.review_card().await;
        if everything_in(&card).contains(words) {
            return card;
        }
    }
}

/// A scam by a member on a surface: removed, with a card that names its author and the place.
async fn is_removed_from_member(night: &Night, (surface, place, post): ByMember) {
    let author = somebody_new(night);
    let posted = post(night, &author);
    until_removed(night, surface, posted.id).await;
    let card = everything_in(&card_with(night, &author.id.to_string()).await);
    assert!(card.contains(&format!("in {place}")), "{surface}: {card}");
}

/// A scam by a webhook: removed, with a card that names the place.
async fn is_removed_from_webhook(
    night: &Night,
    webhook: &WebhookSender,
    (surface, place): (&str, &str),
    draft: MessageDraft,
) {
    let posted = webhook.sends(draft);
    until_removed(night, surface, posted.id).await;
    let card = everything_in(&night.review_card().await);
    assert!(card.contains(&format!("in {place}")), "{surface}: {card}");
}

#[tokio::test]
async fn whatever_a_member_can_fill_with_text_is_read() {
    let surfaces: [ByMember; 9] = [
        ("the text", "content", |_, author| {
            author.says("general", &another_scam()).unwrap()
        }),
        ("an edit", "edit", |_, author| {
            let said = author.says("general", HARMLESS).unwrap();
            author.edits(&said, &another_scam()).unwrap()
        }),
        ("a reply", "content", |_, author| {
            let said = author.says("general", HARMLESS).unwrap();
            author.replies(&said, &another_scam()).unwrap()
        }),
        ("a masked link", "content", |_, author| {
            author
                .says(
                    "general",
                    "[https://uniswap.org](https://uniswap-claim.example/x)",
                )
                .unwrap()
        }),
        ("a poll's question", "poll.question", |_, author| {
            let poll = MessageDraft::new().poll(&another_scam(), &["yes", "no"]);
            author.sends("general", poll).unwrap()
        }),
        ("a poll's answer", "poll.answer", |_, author| {
            let poll = MessageDraft::new().poll("Which one?", &["this one", &another_scam()]);
            author.sends("general", poll).unwrap()
        }),
        ("a file's name", "attachment_name", |_, author| {
            let file = MessageDraft::new().file("invoice.pdf.exe", "MZ");
            author.sends("general", file).unwrap()
        }),
        ("a sticker's name", "sticker_name", |_, author| {
            let sticker = MessageDraft::new().sticker("claim-airdrop.pages.dev");
            author.sends("general", sticker).unwrap()
        }),
        ("a link's preview", "embed[0].title", |night, author| {
            let said = author
                .says("general", "has anybody read https://blog.example/42 ?")
                .unwrap();
            night.discord.unfurls(
                &said,
                json!({ "type": "link", "url": "https://blog.example/42", "title": another_scam() }),
            );
            said
        }),
    ];
    night(async |night| {
        for surface in surfaces {
            is_removed_from_member(night, surface).await;
        }
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_forwarded_message_is_read_like_one_written_here() {
    let snapshots: [(&str, Value); 4] = [
        ("its text", json!({ "content": another_scam() })),
        (
            "its embed",
            json!({ "embeds": [{ "type": "rich", "description": another_scam() }] }),
        ),
        (
            "its components",
            json!({ "flags": 1 << 15, "components": [
                { "type": 17, "id": 1, "components": [{ "type": TEXT_DISPLAY, "id": 2, "content": another_scam() }] },
            ] }),
        ),
        (
            "its components beside a picture",
            json!({ "flags": 1 << 15,
                "attachments": [{ "id": "1", "filename": "a.png", "size": 1, "url": "http://127.0.0.1:9/a.png", "proxy_url": "http://127.0.0.1:9/a.png" }],
                "components": [{ "type": TEXT_DISPLAY, "id": 1, "content": another_scam() }] }),
        ),
    ];
    night(async |night| {
        for (surface, snapshot) in snapshots {
            let author = somebody_new(night);
            let forwarded = author.forwards_from_elsewhere(snapshot, "general").unwrap();
            until_removed(night, surface, forwarded.id).await;
            let card = everything_in(&card_with(night, &author.id.to_string()).await);
            assert!(card.contains("in snapshot"), "{surface}: {card}");
        }
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn every_text_of_an_embed_is_read() {
    let fields: [(&str, Value); 9] = [
        ("title", json!({ "title": another_scam() })),
        ("description", json!({ "description": another_scam() })),
        ("url", json!({ "title": "News", "url": another_scam() })),
        (
            "field",
            json!({ "fields": [{ "name": another_scam(), "value": "now", "inline": false }] }),
        ),
        (
            "field",
            json!({ "fields": [{ "name": "Today", "value": "nothing", "inline": false }, { "name": "Now", "value": another_scam(), "inline": false }] }),
        ),
        (
            "author",
            json!({ "title": "News", "author": { "name": another_scam() } }),
        ),
        (
            "url",
            json!({ "title": "News", "author": { "name": "The team", "url": another_scam() } }),
        ),
        (
            "footer",
            json!({ "title": "News", "footer": { "text": another_scam() } }),
        ),
        (
            "author",
            json!({ "title": "News", "provider": { "name": another_scam() } }),
        ),
    ];
    night(async |night| {
        let webhook = night.discord.webhook("general", "News feed");
        for (field, mut embed) in fields {
            embed["type"] = json!("rich");
            let place = format!("embed[0].{field}");
            let draft = MessageDraft::text("News of today").embed(embed);
            is_removed_from_webhook(night, &webhook, (&place, &place), draft).await;
        }
        let second = MessageDraft::new()
            .embed(json!({ "type": "rich", "title": "News of today" }))
            .embed(json!({ "type": "rich", "description": another_scam() }));
        is_removed_from_webhook(
            night,
            &webhook,
            ("a second embed", "embed[1].description"),
            second,
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn components_are_read_old_and_new() {
    let text = |content: &str| json!({ "type": TEXT_DISPLAY, "id": 1, "content": content });
    let button = |url: &str| json!({ "type": 2, "style": 5, "label": "Open", "url": url, "disabled": false });
    let row = |inner: Value| json!({ "type": 1, "components": [inner] });
    let drafts = [
        (
            "a link button",
            "component.url",
            MessageDraft::text("News").component(row(button(&another_scam()))),
        ),
        (
            "a text display",
            "component.text_display",
            MessageDraft::new().components_v2(vec![text(&another_scam())]),
        ),
        (
            "a text display beside a button that serenity knows",
            "component.text_display",
            MessageDraft::new().components_v2(vec![text(&another_scam()), row(button("https://ethereum.org"))]),
        ),
        (
            "a text display beside a file",
            "component.text_display",
            MessageDraft::new()
                .components_v2(vec![text(&another_scam())])
                .file("picture.png", "not really"),
        ),
        (
            "a section's button, deep inside",
            "component.url",
            MessageDraft::new().components_v2(vec![json!({ "type": 17, "id": 1, "components": [
                { "type": 9, "id": 2, "components": [text("News of today")], "accessory": button(&another_scam()) },
            ] })]),
        ),
    ];
    night(async |night| {
        let webhook = night.discord.webhook("general", "News feed");
        for (surface, place, draft) in drafts {
            is_removed_from_webhook(night, &webhook, (surface, place), draft).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_place_of_a_guild_is_watched() {
    night(async |night| {
        let alice = night.member("alice");
        let thread = alice.starts_thread("trading", "which pool is best?").unwrap().id;
        let (post, _) = alice
            .posts_in_forum("help-forum", "How do I stake?", "I have never done it before.")
            .unwrap();
        let lounge = night.discord.channel("lounge").id;
        let announcements = night.discord.channel("announcements").id;
        for (place, channel) in [
            ("a voice channel's chat", lounge),
            ("an announcement channel", announcements),
            ("a public thread", thread),
            ("a forum post", post.id),
        ] {
            let author = somebody_new(night);
            let scam = author
                .says(channel, &another_scam())
                .unwrap_or_else(|why| panic!("{place}: {why}"));
            until_removed(night, place, scam.id).await;
            let card = everything_in(&card_with(night, &author.id.to_string()).await);
            assert!(card.contains(&channel.to_string()), "{place}: {card}");
        }
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_was_suspicious_is_removed_once_it_is_edited_into_a_scam() {
    night(async |night| {
        let mallory = night.member("mallory");
        let said = mallory
            .says("general", "look https://user:pw@uniswap.org@evil.example/")
            .unwrap();
        night.review_card().await;
        assert!(night.discord.message(&said).deleted_at.is_none());
        mallory.edits(&said, &another_scam()).unwrap();
        night.discord.until_deleted(&said).await;
        card_with(night, "claim-airdrop").await;
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn neither_a_restored_message_nor_our_own_cards_are_removed_however_often_they_change() {
    night(async |night| {
        let scam = night.member("mallory").says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        night.presses("max", &card, "v1:restore").await;
        let back = night.discord.next_message_in("general").await;
        assert!(matches!(back.author, Author::Webhook { .. }));
        night.dm_to("mallory").await;

        let preview = json!({ "type": "link", "url": another_scam(), "title": another_scam() });
        night.discord.unfurls(&back, preview.clone());
        night.discord.unfurls(&card, preview.clone());
        // A bot that was away must know its own webhook again, too.
        night.stops_bot().await;
        night.starts_bot().await;
        night.discord.unfurls(&back, preview);
        let next = somebody_new(night).says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&next).await;
        night.review_card().await;

        assert!(night.discord.message(&back).deleted_at.is_none());
        assert!(night.discord.message(&card).deleted_at.is_none());
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_judged_by_where_it_leads() {
    const LURE: &str = "hot girls are waiting for you at discord.gg/";
    night(async |night| {
        let general = night.discord.channel("general").id;
        {
            let mut state = night.discord.state();
            state.add_foreign_invite("elsewhere", "Elsewhere");
            state
                .add_invite("ours", general, None)
                .expect("the channel is there");
        }
        let says = |code: &str| {
            let author = somebody_new(night);
            let said = author.says("general", &format!("{LURE}{code}")).unwrap();
            (author, said)
        };
        let (_, ours) = says("ours");
        let (_, expired) = says("expired");
        // Unknown is not guilty: what Discord will not say is left alone.
        night
            .discord
            .rest()
            .faults
            .fail("GET", "/invites/{code}", 20, 500, 0);
        let (_, unknown) = says("unknown");
        let asked = night
            .discord
            .rest()
            .record
            .wait_for(|request| request.path.contains("/invites/unknown") && request.status().is_some());
        asked.await;
        // Past the retries for that one; the same question about another code is answered again.
        night.discord.rest().faults.disarm();
        night.runs_setup().await;
        for (what, message) in [("expired", expired), ("unknown", unknown)] {
            assert!(night.discord.message(&message).deleted_at.is_none(), "{what}");
        }
        let (author, foreign) = says("elsewhere");
        night.discord.until_deleted(&foreign).await;
        let card = everything_in(&card_with(night, &author.id.to_string()).await);
        assert!(card.contains("adult-server"), "{card}");

        let again = says("elsewhere").1;
        night.discord.until_deleted(&again).await;
        let asked = night.discord.rest().record.all();
        let asked = asked
            .iter()
            .filter(|request| request.path.contains("/invites/elsewhere"));
        assert_eq!(asked.count(), 1, "an answer is remembered");
        night.until_idle().await;
        assert!(night.discord.message(&ours).deleted_at.is_none(), "ours");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_member_cannot_make_the_bot_fetch_without_end_nor_use_up_what_others_need() {
    night(async |night| {
        let mallory = night.member("mallory");
        for _ in 0..100 {
            mallory
                .forwards_from_elsewhere(json!({ "flags": 1 << 15 }), "general")
                .unwrap();
        }
        // Whoever reads this has to be asked for: its event shows nothing.
        let components = json!([{ "type": TEXT_DISPLAY, "id": 1, "content": another_scam() }]);
        let snapshot = json!({ "flags": 1 << 15, "components": components });
        let scam = night
            .member("bob")
            .forwards_from_elsewhere(snapshot, "general")
            .unwrap();
        night.discord.until_deleted(&scam).await;
        let fetched = night.discord.rest().record.all();
        let fetched = fetched
            .iter()
            .filter(|request| {
                request.method == "GET"
                    && request.route == Some("/channels/{channel_id}/messages/{message_id}")
            })
            .count();
        assert!(
            (2..=20).contains(&fetched),
            "100 messages that look empty, and one that is not, led to {fetched} fetches"
        );
        night.review_card().await;
        night.dm_to("bob").await;
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_came_while_a_channel_had_more_to_read_than_fits_is_read_again() {
    night(async |night| {
        let mallory = night.member("mallory");
        let old = mallory.says("general", HARMLESS).unwrap();
        // What has to be fetched holds its channel up, and all that comes behind it waits.
        let fetch = Which::route("GET", "/channels/{channel_id}/messages/{message_id}");
        let hold = night.discord.rest().faults.hold_before_answering(fetch);
        let unreadable = json!({ "flags": 1 << 15 });
        night
            .member("alice")
            .forwards_from_elsewhere(unreadable, "general")
            .unwrap();
        hold.reached().await;
        for _ in 0..600 {
            night.member("bob").says("general", HARMLESS).unwrap();
        }
        mallory.edits(&old, &another_scam()).unwrap();
        let late = somebody_new(night).says("general", &another_scam()).unwrap();
        hold.release();
        night.discord.until_deleted(&old).await;
        night.discord.until_deleted(&late).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}
