//! What is forgotten, and when: evidence and answers by their age, everything of a server that the bot was removed from, and
//! one person's words because they ask.
//!
//! The bot's clock cannot be moved, so what is to be old is made old in the database while the bot is stopped. Which rows an
//! erasure takes is tested in `tests/storage/retention.rs`.

use std::process::{Command, Output};

use fake_discord::actors::MessageDraft;
use sqlx::AssertSqlSafe;

use crate::night::{Night, SCAM, night};
use crate::queue::database;
use crate::tickets::opens_a_ticket;

/// Words that stand in Mallory's scam and nowhere else.
const OWN_WORDS: &str = "xylophone quartz";

async fn changes(night: &Night, statement: &str) {
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut database(night).await)
        .await
        .expect("the database can be changed");
}

async fn count(night: &Night, of: &str) -> i64 {
    let query = format!("SELECT count(*) FROM {of}");
    let (count,): (i64,) = sqlx::query_as(AssertSqlSafe(query))
        .fetch_one(&mut database(night).await)
        .await
        .expect("the table is there");
    count
}

/// Waits until the bot has left so many rows.
async fn until_count(night: &Night, of: &str, wanted: i64) {
    for _ in 0..1500 {
        if count(night, of).await == wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{of} did not come to {wanted} rows");
}

/// Mallory's scam with a file is removed and upheld; Alice opens a ticket.
async fn has_a_past(night: &Night) {
    let draft = MessageDraft::text(&format!("{SCAM} {OWN_WORDS}")).file("proof.png", vec![7; 64]);
    let scam = night.member("mallory").sends("general", draft).unwrap();
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    night.presses("max", &card, "v1:confirm").await;
    opens_a_ticket(night, "alice").await;
    night.until_idle().await;
    night.discord.mark_all_read();
}

fn erases(night: &Night, arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nightdesk"))
        .arg("erase")
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", format!("sqlite://{}", night.database().display()))
        .current_dir(night.folder())
        .output()
        .expect("the program runs")
}

#[tokio::test]
async fn evidence_answers_and_files_are_erased_once_they_are_old_and_their_facts_stay() {
    night(async |night| {
        has_a_past(night).await;
        night.environment = vec![("RETENTION_DAYS".to_owned(), "30".to_owned())];
        night.stops_bot().await;
        changes(night, "UPDATE cases SET decided_at = decided_at - 29 * 86400000").await;
        night.starts_bot().await;
        night.stops_bot().await;
        assert_eq!(count(night, "case_payloads").await, 1, "a day is missing");
        assert_eq!(count(night, "kept_attachments").await, 1);

        changes(night, "UPDATE cases SET decided_at = decided_at - 2 * 86400000").await;
        changes(
            night,
            "UPDATE tickets SET state = 'closed', closed_at = opened_at - 31 * 86400000",
        )
        .await;
        night.starts_bot().await;
        night.stops_bot().await;
        for payload in ["case_payloads", "kept_attachments", "ticket_payloads"] {
            assert_eq!(count(night, payload).await, 0, "{payload}");
        }
        assert_eq!(count(night, "cases WHERE author IS NOT NULL").await, 1);
        assert_eq!(count(night, "tickets").await, 1);
        night.starts_bot().await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_of_a_server_goes_when_the_bot_was_removed_from_it_long_ago_and_not_before() {
    night(async |night| {
        has_a_past(night).await;
        let guild = night.discord.channel("general").guild_id.expect("a guild");
        night.discord.state().lose_guild(guild);
        night.stops_bot().await;
        let left = "guild_settings WHERE settings ->> '$.left_at' IS NOT NULL";
        assert_eq!(count(night, left).await, 0, "an outage is no farewell");
        night.discord.state().announce_guild(guild);
        night.starts_bot().await;

        night.discord.state().remove_bot_from(guild);
        night.stops_bot().await;
        night.starts_bot().await;
        until_count(night, left, 1).await;
        night.stops_bot().await;
        assert_eq!(count(night, "case_payloads").await, 1, "it may come back");

        let long_ago = "UPDATE guild_settings SET settings = \
                        json_set(settings, '$.left_at', (settings ->> '$.left_at') - 91 * 86400000)";
        changes(night, long_ago).await;
        night.starts_bot().await;
        until_count(night, "guild_settings", 0).await;
        night.stops_bot().await;
        for gone in [
            "guild_settings",
            "settings_history",
            "case_payloads",
            "kept_attachments",
            "ticket_payloads",
            "writers",
        ] {
            assert_eq!(count(night, gone).await, 0, "{gone}");
        }
        assert_eq!(count(night, "cases").await, 1, "ids and times stay");
    })
    .await;
}

#[tokio::test]
async fn an_operator_erases_what_one_person_wrote_and_reads_what_remains() {
    night(async |night| {
        has_a_past(night).await;
        let user = ["--user".to_owned(), night.member("mallory").id.to_string()];
        let refused = erases(night, &user);
        assert_eq!(refused.status.code(), Some(2));
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(why.contains("stop that one first"), "{why}");

        night.stops_bot().await;
        let mistyped = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
            .arg("erase")
            .args(&user)
            .env_clear()
            .env("DATABASE_URL", "sqlite://nightdesk-of-another.db")
            .current_dir(night.folder())
            .output()
            .expect("the program runs");
        assert_eq!(mistyped.status.code(), Some(2));
        let why = String::from_utf8_lossy(&mistyped.stderr).into_owned();
        assert!(why.contains("is not there"), "{why}");

        let elsewhere = [
            user[0].clone(),
            user[1].clone(),
            "--guild".to_owned(),
            "1".to_owned(),
        ];
        assert_eq!(erases(night, &elsewhere).status.code(), Some(0));
        assert_eq!(count(night, "case_payloads").await, 1, "only in that server");

        let erased = erases(night, &user);
        assert_eq!(erased.status.code(), Some(0));
        let told = String::from_utf8_lossy(&erased.stdout).into_owned();
        assert!(told.contains("What remains"), "{told}");
        assert_eq!(count(night, "case_payloads").await, 0);
        assert_eq!(count(night, "kept_attachments").await, 0);
        assert_eq!(count(night, "ticket_payloads").await, 1, "Alice's ticket is hers");
        let file = std::fs::read(night.database()).expect("it is a file");
        let words = OWN_WORDS.as_bytes();
        assert!(!file.windows(words.len()).any(|window| window == words));
        night.starts_bot().await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}
