//! What the one writer's group commit is worth: durable writes by 64 callers through the store, against the same rows
//! committed one by one, each with `synchronous=FULL`, by a program without a writer.
//!
//! Ratios within one run, since disks differ and drift; each side is measured several times, in turns, and the best of each
//! counts.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nightdesk::model::effect::{Effect, EffectDraft};
use nightdesk::model::{ChannelId, GuildId, MessageId, Timestamp, UserId};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{AllGuilds, Effects, Guilds, InGuild};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

const CALLERS: u64 = 64;
const WRITES_PER_CALLER: u64 = 16;
const WRITES: u64 = CALLERS * WRITES_PER_CALLER;
const ROUNDS: usize = 3;
const HOME: InGuild = InGuild(GuildId(1));

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

fn draft(key: u64) -> EffectDraft {
    EffectDraft::new(format!("bench:{key}"), Effect::TellOwner { user: UserId(key) })
}

/// Every caller plans one effect after the other and waits for each.
async fn through_the_store(store: &Arc<SqliteStore>, round: usize) -> Duration {
    let start = clock();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                for write in 0..WRITES_PER_CALLER {
                    let key = (round as u64 * CALLERS + caller) * WRITES_PER_CALLER + write;
                    store
                        .plan_effects(HOME, vec![draft(key)], Timestamp(1))
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    start.elapsed()
}

/// One caller at a time, so that no commit can be shared.
async fn alone(store: &SqliteStore, round: usize) -> Duration {
    let start = clock();
    for write in 0..WRITES {
        let key = 1_000_000 + round as u64 * WRITES + write;
        store
            .plan_effects(HOME, vec![draft(key)], Timestamp(1))
            .await
            .unwrap();
    }
    start.elapsed()
}

/// The same row, written by a plain connection that commits each one.
async fn row_by_row(db: &mut SqliteConnection, round: usize) -> Duration {
    let start = clock();
    for write in 0..WRITES {
        let key = 2_000_000 + round as u64 * WRITES + write;
        let draft = draft(key);
        sqlx::query(
            "INSERT INTO effects (guild, key, effect, planned_at, next_at) VALUES ($1, $2, $3, 1, 1)
             ON CONFLICT (guild, key) DO NOTHING",
        )
        .bind(1)
        .bind(draft.key)
        .bind(serde_json::to_string(&draft.effect).unwrap())
        .execute(&mut *db)
        .await
        .unwrap();
    }
    start.elapsed()
}

/// One read of one row, and one lease of nothing: what the performer pays when it is woken for nothing.
async fn reads(store: &SqliteStore) -> (Duration, Duration) {
    store
        .note_read(HOME, vec![(ChannelId(1), MessageId(1))])
        .await
        .unwrap();
    let start = clock();
    for _ in 0..WRITES {
        store.effect_by_key(HOME, "bench:1").await.unwrap();
    }
    let read = start.elapsed();
    let start = clock();
    for _ in 0..WRITES {
        store
            .lease_effects(AllGuilds, Timestamp(0), Timestamp(1), 16)
            .await
            .unwrap();
    }
    (read, start.elapsed())
}

async fn plain(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    options
        .busy_timeout(Duration::from_secs(2))
        .connect()
        .await
        .unwrap()
}

fn micros(total: Duration) -> f64 {
    total.as_secs_f64() * 1e6 / f64::from(WRITES as u32)
}

#[tokio::main]
async fn main() {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = directory.path().join("bench.db");
    let store = Arc::new(
        SqliteStore::open(&format!("sqlite://{}", path.display()))
            .await
            .unwrap(),
    );
    let mut db = plain(&path).await;
    let mut best = [Duration::MAX; 3];
    for round in 0..ROUNDS {
        let measured = [
            through_the_store(&store, round).await,
            alone(&store, round).await,
            row_by_row(&mut db, round).await,
        ];
        for (best, measured) in best.iter_mut().zip(measured) {
            *best = (*best).min(measured);
        }
    }
    let (read, idle) = reads(&store).await;
    let [grouped, alone, rows] = best.map(micros);
    println!("{WRITES} durable writes (synchronous=FULL), best of {ROUNDS}; microseconds a write");
    println!("  {CALLERS} callers through the store      {grouped:8.1}");
    println!("  one caller through the store      {alone:8.1}");
    println!("  a plain connection, row by row    {rows:8.1}");
    println!("  one row read by its key           {:8.1}", micros(read));
    println!("  one look for due effects, none    {:8.1}", micros(idle));
    println!("ratios");
    println!("  row by row / 64 callers           {:8.1}", rows / grouped);
    println!("  one caller / 64 callers           {:8.1}", alone / grouped);
    println!("  one caller / row by row           {:8.2}", alone / rows);
}
