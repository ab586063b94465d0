//! Every migration, applied one by one over rows as they stood before it: none is lost, and the newest version reads them.
//!
//! `tests/data/migrations/NNNN.sql` holds rows as migration NNNN left room for them. A new migration needs a new file, and
//! leaves the old ones as they are.

use std::collections::BTreeMap;
use std::path::Path;

use nightdesk::model::case::CaseState;
use nightdesk::model::effect::EffectState;
use nightdesk::model::guild::Mode;
use nightdesk::model::ticket::{Area, Surface, TicketState};
use nightdesk::model::{CaseId, ChannelId, GuildId, TicketId, Timestamp, UserId, WebhookId};
use nightdesk::storage::sqlite::{MIGRATIONS, SqliteStore};
use nightdesk::storage::{
    AllGuilds, Cases, Effects, Guilds, InGuild, Overlays, Regulars, TicketFilter, Tickets,
};
use sqlx::migrate::{Migration, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

const HOME: InGuild = InGuild(GuildId(1000));

/// The rows that came with a migration.
fn samples(version: i64) -> String {
    let path = format!(
        "{}/tests/data/migrations/{version:04}.sql",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("migration {version} needs sample rows in {path}: {error}"))
}

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true);
    options.connect().await.unwrap()
}

/// Every row of every table of ours, each as the JSON of its columns.
async fn rows(db: &mut SqliteConnection) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    let tables = db
        .fetch_all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'")
        .await
        .unwrap();
    let mut all = BTreeMap::new();
    for table in tables {
        let table: String = table.get("name");
        let columns = sqlx::query("SELECT name FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&mut *db)
            .await
            .unwrap();
        let columns: Vec<String> = columns.iter().map(|column| column.get("name")).collect();
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let select = format!("SELECT {} FROM {table} ORDER BY 1, 2", quoted.join(", "));
        let found = db.fetch_all(AssertSqlSafe(select)).await.unwrap();
        let found = found
            .iter()
            .map(|row| {
                columns
                    .iter()
                    .enumerate()
                    .map(|(at, name)| (name.clone(), row.get(at)))
                    .collect()
            })
            .collect();
        all.insert(table, found);
    }
    all
}

#[tokio::test]
async fn no_migration_loses_a_row_and_the_newest_version_reads_them_all() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("nightdesk.db");
    let mut db = connect(&path).await;
    let mut applied: Vec<Migration> = Vec::new();
    for migration in MIGRATIONS.iter() {
        let before = rows(&mut db).await;
        applied.push(migration.clone());
        Migrator::with_migrations(applied.clone())
            .run(&mut db)
            .await
            .unwrap();
        let after = rows(&mut db).await;
        for (table, before) in before {
            let after = after
                .get(&table)
                .unwrap_or_else(|| panic!("migration {} lost {table}", migration.version));
            assert_eq!(
                before.len(),
                after.len(),
                "migration {} lost rows of {table}",
                migration.version
            );
            for (before, after) in before.iter().zip(after) {
                for (column, value) in before {
                    // A column may go, and what it held may move; then the migration's own test has to say where.
                    let kept = after.get(column);
                    assert_eq!(
                        kept,
                        Some(value),
                        "migration {} changed {table}.{column}",
                        migration.version
                    );
                }
            }
        }
        db.execute(AssertSqlSafe(samples(migration.version)))
            .await
            .unwrap();
        assert!(db.fetch_all("PRAGMA foreign_key_check").await.unwrap().is_empty());
    }
    let rows = rows(&mut db).await;
    let empty: Vec<_> = rows
        .iter()
        .filter(|(_, rows)| rows.is_empty())
        .map(|(table, _)| table)
        .collect();
    assert!(
        empty.is_empty(),
        "tables without sample rows prove nothing: {empty:?}"
    );
    db.close().await.unwrap();

    let store = SqliteStore::open(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    reads_guilds(&store).await;
    reads_cases(&store).await;
    reads_tickets(&store).await;
    reads_effects(&store).await;
    reads_overlays(&store).await;
    reads_regulars(&store).await;
}

async fn reads_guilds(store: &SqliteStore) {
    let settings = store.settings(HOME).await.unwrap();
    assert_eq!(
        (settings.mode, settings.staff),
        (Mode::Enforce, Some(ChannelId(3)))
    );
    assert_eq!(store.read_marks(HOME).await.unwrap().len(), 2);
    assert_eq!(
        store.own_webhooks(HOME).await.unwrap().last(),
        Some(&(ChannelId(500), WebhookId(32)))
    );
}

async fn reads_cases(store: &SqliteStore) {
    let case = store.case_by_number(HOME, 1).await.unwrap().unwrap();
    assert_eq!(
        (case.state, case.history.len(), case.findings.len()),
        (CaseState::Restored, 3, 1)
    );
    assert_eq!(case.history[1].note.as_deref(), Some("it was a joke"));
    assert_eq!(case.evidence.unwrap().parts[0].text, "free nitro");
    assert_eq!(store.kept_attachments(HOME, CaseId(1)).await.unwrap().len(), 2);
}

async fn reads_tickets(store: &SqliteStore) {
    let tickets = store.tickets(HOME, TicketFilter::default()).await.unwrap();
    let states: Vec<_> = tickets
        .iter()
        .map(|ticket| (ticket.state, ticket.surface, ticket.area))
        .collect();
    assert_eq!(
        states,
        [
            (TicketState::Closed, Surface::Archived, Area::ScamReport),
            (TicketState::Escalated, Surface::Live, Area::Funds)
        ]
    );
    assert_eq!(store.ticket_events(HOME, TicketId(1)).await.unwrap().len(), 4);
    assert!(
        store.escalations(HOME, TicketId(1)).await.unwrap()[0]
            .packet
            .is_some()
    );
    assert_eq!(store.ticket_requests(HOME).await.unwrap(), (3, 1));
    assert_eq!(store.queues(HOME).await.unwrap().len(), Area::ALL.len());
}

async fn reads_effects(store: &SqliteStore) {
    let troubles = store.troubled_effects_of_case(HOME, CaseId(1)).await.unwrap();
    assert_eq!(troubles[0].failure.as_deref(), Some("Discord refuses: 50013"));
    assert_eq!(
        store
            .recover_effects(AllGuilds, Timestamp(1_700_000_000_100))
            .await
            .unwrap(),
        1
    );
    let thread = store
        .effect_by_key(HOME, "ticket:1:thread:2")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((thread.state, thread.interrupted), (EffectState::Planned, true));
}

async fn reads_overlays(store: &SqliteStore) {
    let overlay = store.overlay(HOME).await.unwrap();
    assert_eq!((overlay.entries.len(), overlay.examples.len()), (2, 1));
    assert_eq!((overlay.entries[0].case_number, overlay.examples[0].0), (1, 1));
}

async fn reads_regulars(store: &SqliteStore) {
    assert!(store.has_written(HOME, UserId(66)).await.unwrap());
    assert_eq!(store.seen_hosts(HOME).await.unwrap(), [4_027_431_614]);
}

#[test]
fn migrations_are_numbered_without_gaps_and_only_go_forward() {
    let versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>());
    assert!(
        MIGRATIONS
            .iter()
            .all(|migration| !migration.migration_type.is_down_migration())
    );
    assert_eq!(Some(&SqliteStore::version()), versions.last());
}

#[tokio::test]
async fn a_database_is_brought_up_to_date_from_every_version() {
    for known in 0..MIGRATIONS.iter().count() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("nightdesk.db");
        let mut db = connect(&path).await;
        let older: Vec<Migration> = MIGRATIONS.iter().take(known).cloned().collect();
        Migrator::with_migrations(older.clone())
            .run(&mut db)
            .await
            .unwrap();
        for migration in older {
            db.execute(AssertSqlSafe(samples(migration.version)))
                .await
                .unwrap();
        }
        db.close().await.unwrap();
        let store = SqliteStore::open(&format!("sqlite://{}", path.display()))
            .await
            .unwrap();
        // Migration 4 came with an effect that is under way: it is still there, however old the rest is.
        let due = store.next_due(AllGuilds).await.unwrap();
        assert_eq!(due.is_some(), known >= 4, "from version {known}");
    }
}
