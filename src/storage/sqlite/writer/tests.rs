//! The writer on a table of its own: a full disk, and the sharing of commits.

use super::*;

async fn writer(directory: &tempfile::TempDir) -> Writer {
    let options = SqliteConnectOptions::new()
        .filename(directory.path().join("test.db"))
        .create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    connection
        .execute("CREATE TABLE notes (note TEXT NOT NULL) STRICT")
        .await
        .unwrap();
    Writer::start(connection, options)
}

async fn note(writer: &Writer, note: String) -> Result<()> {
    writer
        .write(move |db| {
            Box::pin(async move {
                sqlx::query("INSERT INTO notes (note) VALUES ($1)")
                    .bind(note)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
}

async fn run(writer: &Writer, statement: &'static str) -> Result<()> {
    writer
        .write(move |db| {
            Box::pin(async move {
                db.execute(statement).await?;
                Ok(())
            })
        })
        .await
}

async fn notes(writer: &Writer) -> i64 {
    writer
        .write(|db| {
            Box::pin(async move { Ok(db.fetch_one("SELECT count(*) FROM notes").await?.try_get(0)?) })
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_full_database_says_so_loses_nothing_that_was_answered_and_goes_on_when_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let writer = writer(&directory).await;
    run(&writer, "PRAGMA max_page_count = 10").await.unwrap();
    let mut answered = 0;
    let refused = loop {
        match note(&writer, "x".repeat(2_000)).await {
            Ok(()) => answered += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, StoreError::Full);
    assert_eq!(notes(&writer).await, answered);
    run(&writer, "PRAGMA max_page_count = 1000").await.unwrap();
    note(&writer, "after".to_owned()).await.unwrap();
    assert_eq!(notes(&writer).await, answered + 1);
}

#[tokio::test]
async fn who_shared_a_batch_with_the_call_that_filled_the_disk_is_told_the_truth() {
    let directory = tempfile::tempdir().unwrap();
    let writer = writer(&directory).await;
    run(&writer, "PRAGMA max_page_count = 10").await.unwrap();
    let answers = futures_util::future::join_all((0..60).map(|_| note(&writer, "x".repeat(2_000)))).await;
    let kept = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Ok(()) | Err(StoreError::Full))),
        "{answers:?}"
    );
    assert_eq!(notes(&writer).await, kept as i64);
}

#[tokio::test]
async fn calls_that_wait_together_share_one_commit() {
    let directory = tempfile::tempdir().unwrap();
    let writer = writer(&directory).await;
    let before = commits(&directory);
    futures_util::future::join_all((0..BATCH).map(|_| note(&writer, "x".to_owned()))).await;
    assert_eq!(notes(&writer).await, BATCH as i64);
    assert!(
        commits(&directory) - before <= 2,
        "one for whoever came first, one for the rest"
    );
}

/// How often the file was changed, from its header. Outside WAL mode every commit counts one.
///
/// Source: <https://www.sqlite.org/fileformat.html>, 1.3.7, "File change counter".
fn commits(directory: &tempfile::TempDir) -> u32 {
    let header = std::fs::read(directory.path().join("test.db")).unwrap();
    u32::from_be_bytes(header[24..28].try_into().unwrap())
}
