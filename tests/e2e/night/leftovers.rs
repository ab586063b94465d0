//! What a test must not leave behind.

use std::fs::{self, File};
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{Night, unique};

/// Ends the bot and fails on everything the test did not foresee.
pub async fn look_for(night: &mut Night) {
    if night.bot.is_some() {
        until_idle(night).await;
    }
    if let Some(bot) = &mut night.bot {
        assert!(bot.is_running(), "the bot ended by itself:\n{}", log_of(night));
    }
    night.stops_bot().await;

    let log = log_of(night);
    assert!(!log.contains("panicked at"), "the bot panicked:\n{log}");
    // See `discord::events::unknown`: an event of ours that lacks a field would otherwise be a silence like any other.
    assert!(
        !log.contains("an event could not be read and was lost"),
        "the bot could not read an event:\n{log}"
    );
    assert_eq!(
        night.sees_strange_events,
        log.contains("an event was read from its JSON"),
        "whether serenity could not read an event:\n{log}"
    );
    let unknown = night.discord.rest().record.unknown_routes();
    assert!(
        unknown.is_empty(),
        "the bot asked for routes that Discord does not have: {unknown:?}"
    );
    if !night.reads_nothing {
        night.discord.assert_all_read();
    }

    if let Some(folder) = std::env::var_os("NIGHTDESK_RECORD_DIR") {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        // A test may play several nights, each with a recording of its own.
        let path = std::path::Path::new(&folder).join(format!("{test}-{}.jsonl", unique()));
        let mut file = File::create(&path).expect("the recording can be written");
        night
            .discord
            .rest()
            .record
            .write_jsonl(&mut file)
            .expect("the recording can be written");
    }
}

/// Waits until every planned effect has ended, except those that are due much later. A test that makes trouble ends here
/// at once.
pub async fn until_idle(night: &Night) {
    if night.expects_trouble {
        return;
    }
    let options = SqliteConnectOptions::new()
        .filename(night.database())
        .read_only(true);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("the database can be read");
    let unfinished = "SELECT key FROM effects WHERE state = 'sending' \
                      OR (state = 'planned' AND next_at < (unixepoch() + 60) * 1000) ORDER BY id";
    for _ in 0..1500 {
        let keys: Vec<(String,)> = sqlx::query_as(unfinished)
            .fetch_all(&mut connection)
            .await
            .expect("the effects can be read");
        if keys.is_empty() {
            return;
        }
        // Another process has no signal for a change in its database: look again shortly.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("effects that were planned never ended:\n{}", log_of(night));
}

/// What the bot has logged.
pub fn log_of(night: &Night) -> String {
    fs::read_to_string(night.log()).unwrap_or_default()
}
