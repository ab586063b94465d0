//! What was posted while the bot was away is found when it is back, whatever it was and wherever it stood.
//!
//! The same surfaces while the bot listens are tested in `surfaces.rs` and `titles.rs`; what was edited meanwhile, in
//! `edits.rs`.

use fake_discord::actors::{Given, MessageDraft, Person};
use fake_discord::ids::Id;
use serde_json::json;

use crate::night::{HARMLESS, Night, another_scam, button, everything_in, night};
use crate::surfaces::{somebody_new, until_removed};

/// Somebody posts a scam on a surface; answers the message.
type Posts = (&'static str, fn(&Night, &Person) -> Id);
/// Somebody gives a thread a scam for a title; answers the thread.
type Entitles = (&'static str, fn(&Person, Id) -> Id);

/// Waits until a thread is gone, or has lost its title.
async fn until_untitled(night: &Night, way: &str, thread: Id) {
    night
        .discord
        .wait_for(format!("the scam in {way} to be gone"), |state| {
            state
                .channels
                .get(&thread)
                .is_none_or(|channel| channel.name.as_deref() == Some("(title removed)"))
                .then_some(())
        })
        .await;
}

#[tokio::test]
async fn whatever_is_posted_while_the_bot_is_away_is_found_when_it_is_back() {
    let surfaces: [Posts; 13] = [
        ("the text", |_, author| {
            author.says("general", &another_scam()).unwrap().id
        }),
        ("a masked link", |_, author| {
            let masked = format!("[https://uniswap.org]({})", another_scam());
            author.says("general", &masked).unwrap().id
        }),
        ("a poll's question", |_, author| {
            let poll = MessageDraft::new().poll(&another_scam(), &["yes", "no"]);
            author.sends("general", poll).unwrap().id
        }),
        ("a poll's answer", |_, author| {
            let poll = MessageDraft::new().poll("Which one?", &["this one", &another_scam()]);
            author.sends("general", poll).unwrap().id
        }),
        ("a file's name", |_, author| {
            let file = MessageDraft::new().file("invoice.pdf.exe", "MZ");
            author.sends("general", file).unwrap().id
        }),
        (
            "what is said of a picture to those who cannot see it",
            |_, author| {
                let file = MessageDraft::new().described_file("cat.png", &another_scam(), "not really");
                author.sends("general", file).unwrap().id
            },
        ),
        ("a sticker's name", |_, author| {
            let sticker = MessageDraft::new().sticker(&another_scam());
            author.sends("general", sticker).unwrap().id
        }),
        ("a forwarded text", |_, author| {
            let snapshot = json!({ "content": another_scam() });
            author.forwards_from_elsewhere(snapshot, "general").unwrap().id
        }),
        ("a forwarded text display", |_, author| {
            let text = json!([{ "type": 10, "id": 1, "content": another_scam() }]);
            let snapshot = json!({ "flags": 1 << 15, "components": text });
            author.forwards_from_elsewhere(snapshot, "general").unwrap().id
        }),
        ("an embed of a webhook", |night, _| {
            let embed = json!({ "type": "rich", "title": "News", "footer": { "text": another_scam() } });
            let webhook = night.discord.webhook("trading", "News feed");
            webhook.sends(MessageDraft::text("News of today").embed(embed)).id
        }),
        ("a text display of a webhook", |night, _| {
            let text = json!({ "type": 10, "id": 1, "content": another_scam() });
            let webhook = night.discord.webhook("trading", "Other news");
            webhook.sends(MessageDraft::new().components_v2(vec![text])).id
        }),
        ("a voice channel's chat", |_, author| {
            author.says("lounge", &another_scam()).unwrap().id
        }),
        ("an announcement channel", |_, author| {
            author.says("announcements", &another_scam()).unwrap().id
        }),
    ];
    night(async |night| {
        let alice = night.member("alice");
        let thread = alice.starts_thread("trading", "which pool is best?").unwrap().id;
        let (post, _) = alice
            .posts_in_forum("help-forum", "How do I stake?", "I have never done it before.")
            .unwrap();
        alice.says("general", HARMLESS).unwrap();
        night.stops_bot().await;

        let mut posted: Vec<(&str, Id)> = Vec::new();
        for (surface, posts) in surfaces {
            posted.push((surface, posts(night, &somebody_new(night))));
        }
        for (place, channel) in [("an old thread", thread), ("an old forum post", post.id)] {
            let scam = somebody_new(night).says(channel, &another_scam()).unwrap();
            posted.push((place, scam.id));
        }
        let author = somebody_new(night);
        let begun = author.starts_thread("trading", "which wallet is best?").unwrap();
        posted.push((
            "a thread begun meanwhile",
            author.says(begun.id, &another_scam()).unwrap().id,
        ));
        let author = somebody_new(night);
        let over = author.starts_thread("trading", "which chain is best?").unwrap();
        let scam = author.says(over.id, &another_scam()).unwrap();
        author.archives_thread(over.id).unwrap();
        posted.push(("a thread begun and archived meanwhile", scam.id));

        night.starts_bot().await;
        for (surface, message) in posted {
            until_removed(night, surface, message).await;
        }
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_scam_for_a_title_does_not_outlast_the_bot_s_absence() {
    let ways: [Entitles; 5] = [
        ("a thread", |author, _| {
            author.starts_thread("general", &another_scam()).unwrap().id
        }),
        ("a thread on a message", |author, _| {
            let said = author.says("general", HARMLESS).unwrap();
            author.starts_thread_from(&said, &another_scam()).unwrap().id
        }),
        ("a forum post", |author, _| {
            let (post, _) = author
                .posts_in_forum("help-forum", &another_scam(), HARMLESS)
                .unwrap();
            post.id
        }),
        ("a thread that is archived by now", |author, _| {
            let thread = author.starts_thread("general", &another_scam()).unwrap();
            author.archives_thread(thread.id).unwrap();
            thread.id
        }),
        ("an old thread, renamed", |author, old| {
            author.renames_thread(old, &another_scam()).unwrap();
            old
        }),
    ];
    night(async |night| {
        let mut prepared = Vec::new();
        for way in ways {
            let author = somebody_new(night);
            let old = author.starts_thread("trading", "which pool is best?").unwrap();
            prepared.push((way, author, old.id));
        }
        night.stops_bot().await;
        let mut named = Vec::new();
        for ((way, entitles), author, old) in prepared {
            named.push((way, entitles(&author, old)));
        }
        night.starts_bot().await;
        for (way, thread) in named {
            until_untitled(night, way, thread).await;
        }
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_seed_phrase_written_into_a_ticket_while_the_bot_is_away_does_not_stay_there() {
    const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    night(async |night| {
        let alice = night.member("alice");
        let area: [(&str, Given); 1] = [("area", "transaction".into())];
        let form = alice
            .runs_command("support", "ticket open", &area)
            .unwrap()
            .modal()
            .await;
        let sent = crate::tickets::submits(night, "alice", &form);
        night.answered(&sent).await;
        let thread = night.ticket_thread_of("alice").await;
        night.discord.next_message_in(thread.id).await;
        night.until_idle().await;
        night.stops_bot().await;
        let said = alice.says(thread.id, PHRASE).unwrap();
        let quoted = alice.says(thread.id, &another_scam()).unwrap();
        night.starts_bot().await;
        night.discord.until_deleted(&said).await;
        night.until_idle().await;
        assert!(
            night.discord.message(&quoted).deleted_at.is_none(),
            "what a victim quotes in a ticket is a report"
        );
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn who_cried_for_help_just_before_a_restart_is_guarded_after_it() {
    night(async |night| {
        night.discord.state().add_foreign_invite("fixers-guild", "Fixers");
        night
            .member("alice")
            .says("general", "please help, my wallet was drained an hour ago")
            .unwrap();
        let offer = night.discord.next_message_in("general").await;
        button(&offer, "v1:open");
        night.until_idle().await;
        night.stops_bot().await;
        let bait = night
            .member("mallory")
            .says(
                "general",
                "they sorted mine out, ask there https://discord.gg/fixers-guild",
            )
            .unwrap();
        night.starts_bot().await;
        night.discord.until_deleted(&bait).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("bait-after-cry-for-help"), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}
