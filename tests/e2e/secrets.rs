//! Seed phrases and keys that somebody gives away, on every surface and in every form: removed, their owner helped, and
//! not one of them in the database, its journal, the log, the spool, on a card, in a direct message or in any request.
//!
//! What is a secret is tested in `artefacts::secrets`; what is planted and how it is searched for stands in [`planted`].

mod planted;

use std::fs;

use fake_discord::actors::{Given, MessageDraft, Modal, Person};
use fake_discord::ids::Id;
use serde_json::json;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use self::planted::{
    EVM, PHRASE, PHRASES, WIF, XPRV, assert_nothing_leaked, files_under, finds_no_trace, foreign_phrases,
    forms_of, solana, tokens,
};
use crate::night::{Night, SCAM, another_scam, button, everything_in, night};

/// Waits until a message is gone and its author has been given the guide for a wallet; nobody is punished.
async fn is_removed_and_its_owner_helped(night: &Night, what: &str, message: Id, owner: &str) {
    is_removed_and_its_owner_told(night, what, message, owner, "new wallet").await;
}

/// Waits until a message is gone and its author has been given the guide with this step; nobody is punished.
async fn is_removed_and_its_owner_told(night: &Night, what: &str, message: Id, owner: &str, step: &str) {
    night
        .discord
        .wait_for(format!("the secret in {what} to be removed"), |state| {
            state.messages[&message].deleted_at.map(|_| ())
        })
        .await;
    let guide = everything_in(&night.dm_to(owner).await);
    assert!(guide.contains("treat it as stolen"), "{what}: {guide}");
    assert!(guide.contains(step), "{what}: {guide}");
    assert!(!night.is_timed_out(owner), "{what}: a victim is not punished");
    night.review_card().await;
}

#[tokio::test]
async fn a_phrase_in_any_form_is_removed_and_leaves_no_trace() {
    night(async |night| {
        let alice = night.member("alice");
        for (at, phrase) in PHRASES.into_iter().enumerate() {
            for (nth, (form, text)) in forms_of(phrase).into_iter().enumerate() {
                // Every form of the first phrase; of the others every fourth, each another one.
                if at == 0 || nth % 4 == at {
                    let posted = alice.says("general", &text).unwrap();
                    is_removed_and_its_owner_helped(night, form, posted.id, "alice").await;
                }
            }
        }
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_of_any_kind_is_removed_and_leaves_no_trace() {
    let solana = solana();
    let texts = [
        ("a WIF key", format!("help, {WIF} does not import")),
        ("an extended key", format!("which path for {XPRV} ?")),
        ("an EVM key", format!("my private key is 0x{EVM}, what now?")),
        ("an EVM key in code", format!("`{EVM}`")),
        ("a Solana key pair", format!("phantom says no to {solana}")),
        (
            "a key behind a zero-width character",
            format!("my private key: \u{200b}{EVM}"),
        ),
        ("a key over two lines", format!("{}\n{}", &WIF[..26], &WIF[26..])),
        (
            "a key in groups",
            format!("private key {} {}", &EVM[..32], &EVM[32..]),
        ),
    ];
    night(async |night| {
        let alice = night.member("alice");
        for (what, text) in texts {
            let posted = alice.says("general", &text).unwrap();
            is_removed_and_its_owner_helped(night, what, posted.id, "alice").await;
        }
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_phrase_in_any_language_is_removed_and_leaves_no_trace() {
    night(async |night| {
        let alice = night.member("alice");
        for (language, phrase) in foreign_phrases() {
            let posted = alice.says("general", &phrase).unwrap();
            is_removed_and_its_owner_helped(night, &language, posted.id, "alice").await;
        }
        // A word away from right, as a wallet would call it invalid; and cut to four letters each.
        let mistyped = PHRASE.replace("kick", "kik");
        let cut: Vec<&str> = PHRASE.split(' ').map(|word| &word[..word.len().min(4)]).collect();
        for (form, text) in [("mistyped", mistyped), ("cut", cut.join(" "))] {
            let posted = alice.says("general", &text).unwrap();
            is_removed_and_its_owner_helped(night, form, posted.id, "alice").await;
        }
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_of_any_service_is_removed_and_its_owner_told_what_to_do() {
    night(async |night| {
        let alice = night.member("alice");
        for (what, token, step) in tokens() {
            let posted = alice
                .says("general", &format!("why does this fail: {token}"))
                .unwrap();
            is_removed_and_its_owner_told(night, what, posted.id, "alice", step).await;
        }
        let (_, github, _) = &tokens()[0];
        let (_, spanish) = &foreign_phrases()[0];
        let said = alice.says("general", "my bot is down").unwrap();
        let edited = alice.edits(&said, github).unwrap();
        is_removed_and_its_owner_told(night, "an edit", edited.id, "alice", "revoke").await;
        let said = alice.says("general", "https://paste.example/2").unwrap();
        let preview = json!({ "type": "link", "url": "https://paste.example/2", "description": github });
        night.discord.unfurls(&said, preview);
        is_removed_and_its_owner_told(night, "a preview", said.id, "alice", "revoke").await;
        let forwarded = alice
            .forwards_from_elsewhere(json!({ "content": spanish }), "general")
            .unwrap();
        is_removed_and_its_owner_helped(night, "a forwarded text", forwarded.id, "alice").await;
        let poll = MessageDraft::new().poll(spanish, &["yes", "no"]);
        let asked = alice.sends("general", poll).unwrap();
        is_removed_and_its_owner_helped(night, "a poll", asked.id, "alice").await;
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_on_any_surface_of_a_message_leaves_no_trace() {
    type Posts = fn(&Night, &Person) -> Id;
    let surfaces: [(&str, Posts); 9] = [
        ("an edit", |_, alice| {
            let said = alice.says("general", "my wallet is stuck").unwrap();
            alice.edits(&said, PHRASE).unwrap().id
        }),
        ("a link's preview", |night, alice| {
            let said = alice.says("general", "https://paste.example/1").unwrap();
            let preview = json!({ "type": "link", "url": "https://paste.example/1", "description": PHRASE });
            night.discord.unfurls(&said, preview);
            said.id
        }),
        ("a forwarded text", |_, alice| {
            let snapshot = json!({ "content": PHRASE });
            alice.forwards_from_elsewhere(snapshot, "general").unwrap().id
        }),
        ("a forwarded embed", |_, alice| {
            let snapshot = json!({ "embeds": [{ "type": "rich", "fields": [{ "name": "Backup", "value": PHRASE, "inline": false }] }] });
            alice.forwards_from_elsewhere(snapshot, "general").unwrap().id
        }),
        ("forwarded components", |_, alice| {
            let snapshot =
                json!({ "flags": 1 << 15, "components": [{ "type": 10, "id": 1, "content": PHRASE }] });
            alice.forwards_from_elsewhere(snapshot, "general").unwrap().id
        }),
        ("a poll's question", |_, alice| {
            let poll = MessageDraft::new().poll(PHRASE, &["yes", "no"]);
            alice.sends("general", poll).unwrap().id
        }),
        ("a poll's answer", |_, alice| {
            let poll = MessageDraft::new().poll("Which one is mine?", &[WIF, "another"]);
            alice.sends("general", poll).unwrap().id
        }),
        ("a file's name", |_, alice| {
            let name = format!("{}.png", PHRASE.replace(' ', "_"));
            let file = MessageDraft::new().file(&name, "not really");
            alice.sends("general", file).unwrap().id
        }),
        ("a file beside it", |_, alice| {
            let file = MessageDraft::text(PHRASE).file("backup.txt", format!("{PHRASE}\n{WIF}\n"));
            alice.sends("general", file).unwrap().id
        }),
    ];
    night(async |night| {
        let alice = night.member("alice");
        for (surface, posts) in surfaces {
            let posted = posts(night, &alice);
            is_removed_and_its_owner_helped(night, surface, posted, "alice").await;
        }
        // A webhook has nobody to help.
        let webhook = night.discord.webhook("general", "Backup service");
        for draft in [
            MessageDraft::new().embed(json!({ "type": "rich", "title": PHRASE, "footer": { "text": WIF } })),
            MessageDraft::new().components_v2(vec![json!({ "type": 10, "id": 1, "content": PHRASE })]),
        ] {
            let posted = webhook.sends(draft);
            night.discord.until_deleted(&posted).await;
            night.review_card().await;
        }
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_text_file_with_a_secret_is_not_kept_as_evidence() {
    night(async |night| {
        let scam = MessageDraft::text(SCAM)
            .file("readme.txt", format!("bait: {PHRASE}"))
            .file("picture.png", "not really a picture");
        let posted = night.member("mallory").sends("general", scam).unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        assert_nothing_leaked(night);
        let kept = files_under(&night.folder()).iter().any(|file| {
            String::from_utf8_lossy(&fs::read(file).expect("readable")).contains("not really a picture")
        });
        assert!(kept, "the other file is kept");
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_in_a_title_or_a_name_leaves_no_trace() {
    night(async |night| {
        let alice = night.member("alice");
        let gone = async |what: &str, thread: Id| {
            night
                .discord
                .wait_for(format!("{what} to be gone"), |state| {
                    (!state.channels.contains_key(&thread)).then_some(())
                })
                .await;
            let guide = everything_in(&night.dm_to("alice").await);
            assert!(guide.contains("treat it as stolen"), "{what}: {guide}");
            night.review_card().await;
        };
        let thread = alice.starts_thread("general", PHRASE).unwrap();
        gone("a thread", thread.id).await;
        let thread = alice.starts_thread("general", "my wallet").unwrap();
        alice.renames_thread(thread.id, WIF).unwrap();
        gone("a renamed thread", thread.id).await;
        let (post, _) = alice
            .posts_in_forum("help-forum", PHRASE, "is that the right order?")
            .unwrap();
        gone("a forum post", post.id).await;
        assert!(!night.is_timed_out("alice"));

        // Names are no message: nothing is removed for them, but they stand on cards and in tickets.
        let (mallory, bob) = (night.member("mallory"), night.member("bob"));
        mallory.takes_display_name(WIF);
        let scam = mallory.says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        bob.takes_nickname(&format!("key {WIF}")).unwrap();
        let scam = bob.says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("bob").await;
        finds_no_trace(night).await;
    })
    .await;
}

/// Fills every field of a form with a text that gives the phrase away, but for those that want something else.
fn confiding(form: &Modal) -> Vec<(String, String)> {
    form.fields()
        .into_iter()
        .map(|field| {
            let longest = field.component["max_length"].as_u64().unwrap_or(4000);
            let answer = format!("My phrase is {PHRASE} and it does not work.");
            let answer = if answer.len() as u64 <= longest {
                answer
            } else {
                "no".to_owned()
            };
            (field.custom_id, answer)
        })
        .collect()
}

/// Sends a form filled in like that, and gives the answer's words.
async fn confides(night: &Night, name: &str, form: &Modal) -> String {
    let answers = confiding(form);
    assert!(
        answers.iter().any(|(_, answer)| answer.contains(PHRASE)),
        "no field takes a phrase"
    );
    let answers: Vec<(&str, &str)> = answers
        .iter()
        .map(|(key, answer)| (key.as_str(), answer.as_str()))
        .collect();
    let sent = night
        .member(name)
        .submits(form, &answers)
        .expect("the form is accepted");
    everything_in(&night.answered(&sent).await)
}

#[tokio::test]
async fn a_secret_confided_to_the_desk_leaves_no_trace() {
    night(async |night| {
        let (alice, sam) = (night.member("alice"), night.member("sam"));
        let area: [(&str, Given); 1] = [("area", "transaction".into())];
        let form = alice
            .runs_command("support", "ticket open", &area)
            .unwrap()
            .modal()
            .await;
        let answer = confides(night, "alice", &form).await;
        assert!(answer.contains("#1"), "{answer}");
        let thread = night.ticket_thread_of("alice").await;
        night.discord.next_message_in(thread.id).await;
        let card = night.discord.next_message_in("staff").await;
        night
            .answered(&sam.clicks(&card, &button(&card, "v1:claim")).unwrap())
            .await;
        night.discord.next_message_in(thread.id).await;
        // Written into the private thread itself, where every agent could read it.
        let said = alice.says(thread.id, PHRASE).unwrap();
        night.discord.until_deleted(&said).await;
        let guide = everything_in(&night.dm_to("alice").await);
        assert!(guide.contains("treat it as stolen"), "{guide}");
        night.review_card().await;

        let note: [(&str, Given); 2] = [
            ("text", format!("she sent {PHRASE}").as_str().into()),
            ("ticket", 1.into()),
        ];
        night
            .answered(&sam.runs_command("staff", "ticket note", &note).unwrap())
            .await;
        let which: [(&str, Given); 1] = [("ticket", 1.into())];
        let packet = sam
            .runs_command("staff", "escalate", &which)
            .unwrap()
            .modal()
            .await;
        confides(night, "sam", &packet).await;
        let close: [(&str, Given); 2] = [
            (
                "reason",
                format!("{PHRASE} works again, and {WIF} too").as_str().into(),
            ),
            ("ticket", 1.into()),
        ];
        night
            .answered(&sam.runs_command("staff", "ticket close", &close).unwrap())
            .await;
        night
            .discord
            .wait_for("the thread to be archived", |state| {
                let details = state.channels[&thread.id].thread.as_ref()?;
                details.archived.then_some(())
            })
            .await;
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_told_to_a_moderator_leaves_no_trace() {
    night(async |night| {
        let mallory = night.member("mallory");
        let scam = mallory.says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        let told = night.dm_to("mallory").await;
        let form = mallory
            .clicks(&told, &button(&told, "v1:contest"))
            .unwrap()
            .modal()
            .await;
        confides(night, "mallory", &form).await;
        night
            .until_message(card.id, "the contest on the card", |words| {
                words.contains("it does not work")
            })
            .await;

        let text: [(&str, Given); 1] = [("text", format!("{PHRASE} {WIF} {SCAM}").as_str().into())];
        let trial = night
            .member("max")
            .runs_command("mod-log", "rules test", &text)
            .unwrap();
        night.answered(&trial).await;
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn where_the_bot_only_observes_a_secret_leaves_no_trace_either() {
    night(async |night| {
        let observe = [("mode", "observe".into())];
        let ava = night.member("ava");
        night
            .answered(&ava.runs_command("staff", "setup mode", &observe).unwrap())
            .await;
        let posted = night.member("alice").says("general", PHRASE).unwrap();
        night.review_card().await;
        assert!(night.discord.message(&posted).deleted_at.is_none());

        // The form for a ticket shows what the message says.
        let bob = night.member("bob");
        let form = bob
            .uses_on_message("Open ticket from this message", &posted)
            .unwrap()
            .modal()
            .await;
        confides(night, "bob", &form).await;
        night.ticket_thread_of("bob").await;
        finds_no_trace(night).await;
    })
    .await;
}

#[tokio::test]
async fn while_the_database_refuses_a_secret_is_removed_and_the_spool_holds_no_trace_of_it() {
    night(async |night| {
        night.until_idle().await;
        let options = SqliteConnectOptions::new().filename(night.database());
        let mut other = SqliteConnection::connect_with(&options)
            .await
            .expect("the database can be opened");
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut other)
            .await
            .expect("the database can be held");

        let posted = night
            .member("alice")
            .says("general", &format!("{PHRASE} and {WIF}"))
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        let spool = night.folder().join("nightdesk.db.spool");
        let spooled = fs::read_to_string(&spool).expect("there is a spool");
        assert!(spooled.contains(&posted.id.to_string()), "{spooled}");
        assert_nothing_leaked(night);

        sqlx::query("ROLLBACK")
            .execute(&mut other)
            .await
            .expect("the database can be let go");
        night.expects_trouble();
        finds_no_trace(night).await;
    })
    .await;
}
