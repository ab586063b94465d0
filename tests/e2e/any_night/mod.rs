//! Nights in which anybody does anything, in an order nobody thought of: open, press, submit, post, delete, leave. However it comes
//! about, every press is answered, every open ticket has its one thread with its opener in it, every scam goes, and no secret stays.
//!
//! What people do is drawn by lot ([`course`]), the same for the same seed. A failure prints all that happened; `NIGHTDESK_SEED=7`
//! plays other nights.

mod course;
mod lots;

use std::collections::BTreeMap;

use fake_discord::actors::Answer;
use fake_discord::world::{ChannelKind, State};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::night::{Night, night};
use course::{Course, PHRASE};
use lots::Lots;

#[tokio::test]
async fn whatever_people_do_every_press_is_answered_and_every_ticket_has_its_thread() {
    night(async |night| {
        let mut course = Course::of(lots("1"), night).await;
        for _ in 0..100 {
            course.goes_on(night).await;
        }
        for (what, asked) in &course.asked {
            let answer = asked.answer().await;
            assert!(!matches!(answer, Answer::Nothing), "{what}: no answer");
        }
        look_round(night, &course).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_breaks_meanwhile_no_ticket_is_lost_and_no_scam_stays() {
    night(async |night| {
        let mut course = Course::of(lots("2"), night).await;
        for _ in 0..60 {
            course.something_breaks(night).await;
            course.goes_on(night).await;
        }
        night.discord.rest().faults.disarm();
        night.kills_bot().await;
        night.starts_bot().await;
        look_round(night, &course).await;
    })
    .await;
}

fn lots(usual: &str) -> Lots {
    let seed = std::env::var("NIGHTDESK_SEED").unwrap_or_else(|_| usual.to_owned());
    Lots::of(seed.parse().expect("a seed is a whole number"))
}

/// A ticket's row: its number, its state, its thread, its opener.
type Row = (i64, String, Option<i64>, i64);

/// Fails on everything that is not as it must be in the morning.
async fn look_round(night: &mut Night, course: &Course) {
    for scam in &course.scams {
        night.discord.until_deleted(scam).await;
    }
    night.until_idle().await;
    let tickets = tickets(night).await;
    assert!(!tickets.is_empty(), "nobody opened a ticket");
    night
        .discord
        .wait_for("every ticket to agree with its thread", |state| {
            let wrong = wrong_threads(state, course, &tickets);
            if !wrong.is_empty() {
                println!("{wrong:#?}");
            }
            wrong.is_empty().then_some(())
        })
        .await;
    for name in ["nightdesk.db", "nightdesk.db-wal", "nightdesk.log"] {
        let bytes = std::fs::read(night.folder().join(name)).unwrap_or_default();
        let mut stretches = bytes.windows(PHRASE.len());
        assert!(
            !stretches.any(|bytes| bytes == PHRASE.as_bytes()),
            "a seed phrase stands in {name}"
        );
    }
    night.reads_nothing();
}

async fn tickets(night: &Night) -> Vec<Row> {
    let options = SqliteConnectOptions::new()
        .filename(night.database())
        .read_only(true);
    let mut database = SqliteConnection::connect_with(&options)
        .await
        .expect("the database can be read");
    sqlx::query_as("SELECT number, state, thread, opener FROM tickets")
        .fetch_all(&mut database)
        .await
        .expect("tickets can be read")
}

/// Threads of no ticket; threads that are not as their ticket is; openers who are not in theirs.
fn wrong_threads(state: &State, course: &Course, tickets: &[Row]) -> Vec<String> {
    let by_thread: BTreeMap<String, &Row> = tickets
        .iter()
        .filter_map(|row| Some((row.2?.to_string(), row)))
        .collect();
    let mut wrong = Vec::new();
    for channel in state.channels.values() {
        let Some(thread) = &channel.thread else { continue };
        if channel.kind != ChannelKind::PrivateThread || thread.owner_id != state.bot_id() {
            continue;
        }
        let Some((number, standing, _, opener)) = by_thread.get(&channel.id.to_string()) else {
            wrong.push(format!("thread {} belongs to no ticket", channel.id));
            continue;
        };
        let closed = standing == "closed";
        // What a moderator has opened or locked by hand stays so for a while.
        if closed != (thread.archived && thread.locked) && !course.meddled.contains(&channel.id) {
            wrong.push(format!("ticket {number} is {standing}, and its thread is not"));
        }
        let opener = state
            .users
            .keys()
            .find(|user| user.to_string() == opener.to_string());
        let is_member = opener.is_some_and(|opener| {
            state
                .guilds
                .keys()
                .any(|guild| state.member(*guild, *opener).is_some())
        });
        let is_in = opener.is_some_and(|opener| thread.members.contains_key(opener));
        if !closed && is_member && !is_in {
            wrong.push(format!("the opener of ticket {number} is not in its thread"));
        }
    }
    wrong
}
