//! A database that cannot be written: what is certainly dangerous goes all the same, and its record follows.

use std::time::Duration;

use fake_discord::world::Message;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::night::{HARMLESS, everything_in, night};

/// A message of the gravest kind: it asks for what holds a wallet.
const CRITICAL: &str = "To restore access send your 12 word recovery phrase to our bot";

#[tokio::test]
async fn while_the_database_is_locked_a_critical_scam_is_removed_and_its_case_follows() {
    night(async |night| {
        let options = SqliteConnectOptions::new().filename(night.database());
        let mut lock = SqliteConnection::connect_with(&options)
            .await
            .expect("the database can be opened");
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut lock)
            .await
            .expect("the lock is free");

        let scam = night.member("mallory").says("general", CRITICAL).unwrap();
        night.discord.until_deleted(&scam).await;
        let staff_told = everything_in(&night.discord.next_message_in("mod-log").await);
        assert!(staff_told.contains("database cannot be written"), "{staff_told}");
        let spool = night.folder().join("nightdesk.db.spool");
        let kept = std::fs::read_to_string(&spool).unwrap_or_default();
        assert!(
            kept.contains("recovery phrase"),
            "the evidence is on the disk: {kept:?}"
        );
        let said = night.member("alice").says("general", HARMLESS).unwrap();

        sqlx::query("ROLLBACK")
            .execute(&mut lock)
            .await
            .expect("the lock is given back");
        lock.close().await.expect("the connection closes");

        // The spool is looked at once a minute.
        let log = night.discord.channel("mod-log").id;
        let is_card = |message: &&Message| everything_in(message).contains("recovery phrase");
        let card = night
            .discord
            .wait_within(Duration::from_mins(2), "the review card", |state| {
                state.messages_in(log).find(is_card).cloned()
            })
            .await;
        night.discord.mark_read(&card);
        night.dm_to("mallory").await;
        let cases = night
            .member("max")
            .runs_command("mod-log", "case list", &[])
            .unwrap();
        let cases = everything_in(&night.answered(&cases).await);
        assert!(cases.contains("#1") && !cases.contains("#2"), "{cases}");
        assert!(night.discord.message(&said).deleted_at.is_none());
    })
    .await;
}
