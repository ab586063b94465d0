//! What is special to SQLite: addresses, files of other versions, rows that are not ours, a full or locked database.

use std::time::Duration;

use nightdesk::model::CaseId;
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{SettingsChange, StoreError, Tickets};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor, Row};

use crate::fixtures::*;

/// A way to the file past the store.
async fn beside(fresh: &Fresh) -> SqliteConnection {
    let path = fresh.directory.path().join("nightdesk.db");
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .connect()
        .await
        .unwrap()
}

async fn problem(url: &str) -> String {
    match SqliteStore::open(url).await {
        Err(error @ StoreError::Unusable { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_address_that_cannot_work_is_refused_with_advice() {
    assert!(
        problem("postgres://localhost/nightdesk")
            .await
            .contains("sqlite://nightdesk.db")
    );
    assert!(problem("sqlite::memory:").await.contains("name a file"));
    assert!(problem("sqlite://x.db?mode=memory").await.contains("name a file"));
    assert!(problem("sqlite://").await.contains("names no file"));
    assert!(
        problem("sqlite:///no/such/directory/nightdesk.db")
            .await
            .contains("/no/such/directory")
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(
        directory.path().join("nightdesk.db"),
        "this is a letter to my aunt",
    )
    .unwrap();
    assert!(problem(&url(&directory)).await.contains("not a database"));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_untouched() {
    let fresh = fresh().await;
    fresh.close().await;
    let mut db = beside(&fresh).await;
    db.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .await
    .unwrap();
    db.close().await.unwrap();
    assert!(problem(&url(&fresh.directory)).await.contains("newer Nightdesk"));
}

#[tokio::test]
async fn a_row_that_does_not_hold_what_it_should_is_named() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "x").await.id;
    let mut db = beside(&fresh).await;
    // From the last column that is read to the first, so that each new harm is the first that is met.
    let harm = [
        (
            "UPDATE cases SET actions = '[{\"action\":\"explode\"}]'",
            "actions",
        ),
        ("UPDATE cases SET level = 'dubious'", "level"),
        ("UPDATE case_payloads SET evidence = '{}'", "evidence"),
        ("UPDATE cases SET number = 5000000000", "number"),
    ];
    for (statement, column) in harm {
        db.execute(statement).await.unwrap();
        match fresh.store.case(HOME, id).await {
            Err(StoreError::Corrupt {
                column: named, row, ..
            }) => assert_eq!((named, row), (column, id.0)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        fresh.store.case(HOME, CaseId(404)).await.unwrap(),
        None,
        "other rows are not concerned"
    );
}

#[tokio::test]
async fn a_database_that_another_process_holds_is_busy_and_works_again_afterwards() {
    let fresh = fresh().await;
    let mut db = beside(&fresh).await;
    db.execute("BEGIN IMMEDIATE").await.unwrap();
    let answers = at_once(3, |index| {
        let store = fresh.store.clone();
        async move {
            let mark = (nightdesk::model::ChannelId(index), nightdesk::model::MessageId(1));
            store.note_read(HOME, vec![mark]).await
        }
    });
    let answers = tokio::time::timeout(Duration::from_secs(20), answers)
        .await
        .unwrap();
    assert!(
        answers.iter().all(|answer| *answer == Err(StoreError::Busy)),
        "{answers:?}"
    );
    db.execute("ROLLBACK").await.unwrap();
    fresh.store.note_read(HOME, Vec::new()).await.unwrap();
    assert_eq!(fresh.store.read_marks(HOME).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_answered_is_in_the_files_at_that_moment() {
    let fresh = fresh().await;
    for number in 1..=5 {
        let opened = ticket(&*fresh.store, HOME).await;
        assert_eq!(opened.number, number);
        // What a crash would leave behind: the files as they are, without a word to the store.
        let crashed = tempfile::tempdir().unwrap();
        for file in ["nightdesk.db", "nightdesk.db-wal"] {
            std::fs::copy(fresh.directory.path().join(file), crashed.path().join(file)).unwrap();
        }
        let found = SqliteStore::open(&url(&crashed)).await.unwrap();
        assert_eq!(found.ticket(HOME, opened.id).await.unwrap(), Some(opened));
        found.close().await;
    }
}

#[tokio::test]
async fn histories_refuse_to_be_rewritten() {
    let fresh = fresh().await;
    case(&*fresh.store, HOME, 1, "x").await;
    ticket(&*fresh.store, HOME).await;
    fresh
        .store
        .change_settings(HOME, AGENT, NOW, Box::new(SettingsChange::from))
        .await
        .unwrap();
    let mut db = beside(&fresh).await;
    for table in ["case_events", "ticket_events", "settings_history"] {
        let actor = if table == "settings_history" {
            "changed_by"
        } else {
            "actor"
        };
        for statement in [
            format!("UPDATE {table} SET {actor} = 1"),
            format!("DELETE FROM {table}"),
        ] {
            let error = db
                .execute(sqlx::AssertSqlSafe(statement))
                .await
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("{table} is append-only")), "{error}");
        }
    }
}

#[tokio::test]
async fn what_was_answered_is_durable_by_the_settings_of_the_connection() {
    let fresh = fresh().await;
    fresh.store.note_read(HOME, Vec::new()).await.unwrap();
    let mut db = beside(&fresh).await;
    let row = db.fetch_one("PRAGMA journal_mode").await.unwrap();
    assert_eq!(row.get::<String, _>(0), "wal");
    let strict = db
        .fetch_all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0")
        .await
        .unwrap();
    let loose: Vec<String> = strict.iter().map(|row| row.get("name")).collect();
    let ours: Vec<_> = loose
        .iter()
        .filter(|name| !name.starts_with("sqlite_") && *name != "_sqlx_migrations")
        .collect();
    assert!(ours.is_empty(), "not STRICT: {ours:?}");
}
