//! The one writer: a task that owns the only connection that writes.
//!
//! It takes every call that is waiting, runs them one after the other inside one transaction, each behind a savepoint,
//! commits once, and answers after the commit. So a durable commit (`synchronous=FULL`) is shared by all who wait for one,
//! two decisions never see the same state, and nobody is told of something that could still be lost. A call that fails, or
//! whose decision panics, is undone to its savepoint; its neighbours stand. A call runs to its end even when its caller is
//! gone.
//!
//! What the calls write is none of the writer's business.

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor, Row};
use tokio::sync::{mpsc, oneshot};

use crate::storage::{Result, StoreError};

/// At most this many calls share a commit, so that the first does not wait for ever.
const BATCH: usize = 128;

/// So many calls may wait; further callers wait to be let in.
const QUEUE: usize = 1024;

/// The way to the writer.
pub(super) struct Writer {
    calls: mpsc::Sender<Message>,
}

/// What callers send.
enum Message {
    Call(Box<dyn Call>),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the writer on its connection. `options`: how to connect anew should that connection die.
    pub(super) fn start(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        let (calls, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(
            Scribe {
                connection,
                options,
                scrub_due: false,
            }
            .serve(waiting),
        );
        Self { calls }
    }

    /// Runs `work` in a transaction and answers after the commit.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.send(work, false).await
    }

    /// As [`Self::write`], and before the answer nothing of what was deleted is left in the write-ahead log.
    pub(super) async fn erase<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.send(work, true).await
    }

    async fn send<T, F>(&self, work: F, scrub: bool) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let call = Message::Call(Box::new(Written { work, answer, scrub }));
        self.calls.send(call).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Lets the writer finish what is waiting and end.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.calls.send(Message::Close(done)).await.is_ok() {
            // An error means that the writer has ended already, which is what was asked for.
            let _ended = closed.await;
        }
    }
}

fn closed() -> StoreError {
    StoreError::Failed("the store has been closed".to_owned())
}

/// A call whose type is forgotten, so that calls of all kinds can wait in one queue.
trait Call: Send {
    /// Does the work.
    fn run(self: Box<Self>, connection: &mut SqliteConnection) -> BoxFuture<'_, Ran>;
    /// Answers without having done the work.
    fn refuse(self: Box<Self>, error: StoreError);
    /// Whether the write-ahead log has to be emptied before the answer.
    fn scrubs(&self) -> bool;
}

/// What became of a call's work.
struct Ran {
    /// Why it is to be undone.
    failed: Option<StoreError>,
    /// Tells the caller: the work's own result, unless the commit failed.
    answer: Answer,
}

type Answer = Box<dyn FnOnce(Option<StoreError>) + Send>;

struct Written<T, F> {
    work: F,
    answer: oneshot::Sender<Result<T>>,
    scrub: bool,
}

impl<T, F> Call for Written<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
{
    fn run(self: Box<Self>, connection: &mut SqliteConnection) -> BoxFuture<'_, Ran> {
        Box::pin(async move {
            let Self { work, answer, .. } = *self;
            // The panic of a decision must not end the writer. No statement can be under way when that code runs, so the
            // connection is sound afterwards and the savepoint undoes what the call had written.
            let result = match AssertUnwindSafe(async { work(connection).await })
                .catch_unwind()
                .await
            {
                Ok(result) => result,
                Err(_) => Err(StoreError::Failed(
                    "a decision panicked inside the store; nothing was written".into(),
                )),
            };
            let failed = result.as_ref().err().cloned();
            let answer: Answer = Box::new(move |commit_failed| {
                // Nobody listens any more when the caller is gone; the work is done all the same.
                let _gone = answer.send(match commit_failed {
                    Some(error) => result.and(Err(error)),
                    None => result,
                });
            });
            Ran { failed, answer }
        })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _gone = self.answer.send(Err(error));
    }

    fn scrubs(&self) -> bool {
        self.scrub
    }
}

/// The writer's own side.
struct Scribe {
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    /// Something was erased and still stands in the write-ahead log.
    scrub_due: bool,
}

impl Scribe {
    async fn serve(mut self, mut waiting: mpsc::Receiver<Message>) {
        let mut messages = Vec::with_capacity(BATCH);
        let mut closing: Option<oneshot::Sender<()>> = None;
        while waiting.recv_many(&mut messages, BATCH).await > 0 {
            let mut calls = Vec::with_capacity(messages.len());
            for message in messages.drain(..) {
                match message {
                    Message::Call(call) => calls.push(call),
                    Message::Close(done) => {
                        // Nobody is let in from here on; who stands in the queue is still served.
                        waiting.close();
                        closing = Some(done);
                    }
                }
            }
            if !calls.is_empty() {
                self.batch(calls).await;
            }
        }
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the database was not closed cleanly; it recovers at the next start");
        }
        if let Some(done) = closing {
            let _gone = done.send(());
        }
    }

    /// Runs calls in one transaction and answers them all.
    async fn batch(&mut self, calls: Vec<Box<dyn Call>>) {
        self.scrub_due |= calls.iter().any(|call| call.scrubs());
        let mut calls = calls.into_iter();
        let mut answers = Vec::with_capacity(calls.len());
        let outcome = self.transact(&mut calls, &mut answers).await;
        if let Err(error) = &outcome {
            tracing::error!(%error, "a batch of writes was refused by the database");
            // Some failures have ended the transaction already; then there is nothing to roll back.
            let _none_open = self.connection.execute("ROLLBACK").await;
            self.reconnect_if_dead().await;
        }
        if self.scrub_due && outcome.is_ok() {
            self.scrub().await;
        }
        let failure = outcome.err();
        for answer in answers {
            answer(failure.clone());
        }
        if let Some(error) = failure {
            calls.for_each(|call| call.refuse(error.clone()));
        }
    }

    /// The transaction itself. On error nothing of it stands.
    async fn transact(
        &mut self,
        calls: &mut std::vec::IntoIter<Box<dyn Call>>,
        answers: &mut Vec<Answer>,
    ) -> Result<()> {
        // Each statement is a trip to the connection's thread, which costs more than the statement does: so they travel
        // together where they can, and the commit itself releases the last savepoint.
        self.connection.execute("BEGIN IMMEDIATE; SAVEPOINT call").await?;
        while let Some(call) = calls.next() {
            let Ran { failed, answer } = call.run(&mut self.connection).await;
            answers.push(answer);
            if let Some(error) = failed {
                // SQLite itself rolls everything back when the disk is full or fails. Then the savepoint is gone, and
                // the neighbours have to hear of it too.
                let undone = self.connection.execute("ROLLBACK TO call").await;
                undone.map_err(|_| error)?;
            }
            if calls.len() > 0 {
                self.connection.execute("RELEASE call; SAVEPOINT call").await?;
            }
        }
        self.connection.execute("COMMIT").await?;
        Ok(())
    }

    /// Moves the write-ahead log into the database and empties it. A reader may be in the way; then the next batch tries
    /// again.
    async fn scrub(&mut self) {
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut self.connection)
            .await;
        match checkpoint.and_then(|row| row.try_get::<i64, _>(0)) {
            Ok(0) => self.scrub_due = false,
            Ok(_) => tracing::warn!("a reader keeps the write-ahead log; what was erased leaves it later"),
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log could not be emptied; it is tried again");
            }
        }
    }

    /// A connection whose worker has died never answers again; a new one may.
    async fn reconnect_if_dead(&mut self) {
        if self.connection.ping().await.is_err() {
            match self.options.connect().await {
                Ok(connection) => self.connection = connection,
                Err(error) => tracing::error!(%error, "the database cannot be reached; it is tried again"),
            }
        }
    }
}
