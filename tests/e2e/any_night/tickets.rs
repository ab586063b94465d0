//! What must be true of tickets in the morning: each open one has its one thread with its opener in it, every scam is gone, and no
//! secret stays.

use std::collections::BTreeMap;

use super::desk::{Desk, PHRASE};
use crate::night::Night;
use crate::queue::database;
use fake_discord::world::{ChannelKind, State};

/// A ticket's row: its number, its state, its thread, its opener.
type Row = (i64, String, Option<i64>, i64);

/// Fails on everything that is not as it must be in the morning.
pub async fn look_round(night: &mut Night, desk: &Desk) {
    for scam in &desk.scams {
        night.discord.until_deleted(scam).await;
    }
    night.until_idle().await;
    let tickets = tickets(night).await;
    assert!(!tickets.is_empty(), "nobody opened a ticket");
    night
        .discord
        .wait_for("every ticket to agree with its thread", |state| {
            let wrong = wrong_threads(state, desk, &tickets);
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
    sqlx::query_as("SELECT number, state, thread, opener FROM tickets")
        .fetch_all(&mut database(night).await)
        .await
        .expect("tickets can be read")
}

/// Threads of no ticket; threads that are not as their ticket is; openers who are not in theirs.
fn wrong_threads(state: &State, desk: &Desk, tickets: &[Row]) -> Vec<String> {
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
        if closed != (thread.archived && thread.locked) && !desk.meddled.contains(&channel.id) {
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
