//! What must be true of cases in the morning: what was decided last is what stands in Discord, once each.

use std::collections::{BTreeMap, BTreeSet};

use super::watch::Watch;
use crate::night::{Night, everything_in, timed_out};
use crate::queue::database;
use fake_discord::world::{Author, Message, State, message_flags};

/// Deeds after which a message is, or stays, removed.
const UPHOLDING: [&str; 4] = ["confirmed", "timed-out", "kicked", "banned"];
/// Deeds that say whether an author waits to be let back.
const ABOUT_THE_WAY_BACK: [&str; 6] = [
    "asked-back",
    "let-back",
    "declined",
    "restored",
    "banned",
    "kicked",
];

/// Fails on everything about cases that is not as it was decided.
pub async fn look_through(night: &mut Night, watch: &Watch) {
    for scam in &watch.scams {
        night.discord.until_deleted(scam).await;
    }
    night.until_idle().await;
    let cases = cases(night).await;
    assert!(!cases.is_empty(), "nobody posted a scam");
    night
        .discord
        .wait_for("every case to end as it was decided", |state| {
            let wrong = wrongs(state, watch, &cases);
            if !wrong.is_empty() {
                println!("{wrong:#?}");
            }
            wrong.is_empty().then_some(())
        })
        .await;
    night.reads_nothing();
}

/// A case as it is stored.
#[derive(Debug, sqlx::FromRow)]
struct Case {
    id: i64,
    number: i64,
    state: String,
    author: i64,
    message: i64,
    removes: bool,
    /// It is about a thread that was made with a scam.
    is_thread: bool,
    actions: String,
    restored_message: Option<i64>,
    card_message: Option<i64>,
    lead: i64,
    /// What was done and by whom, `deed@actor`, the oldest first.
    deeds: String,
    /// Effects that are under way or ended badly.
    effects: Option<String>,
}

impl Case {
    fn deeds(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.deeds
            .split(' ')
            .map(|deed| deed.split('@').next().unwrap_or_default())
    }

    fn has(&self, deed: &str) -> bool {
        self.deeds().any(|one| one == deed)
    }

    fn is_undone(&self) -> bool {
        self.state == "restored"
    }

    fn is_removed(&self) -> bool {
        self.removes || UPHOLDING.iter().any(|deed| self.has(deed))
    }

    fn comes_back(&self) -> bool {
        self.is_undone() && self.is_removed() && !self.is_thread
    }

    /// Whether a timeout of it holds: nobody has undone the case, and nobody has let the author back since.
    fn silences(&self) -> bool {
        let mut holds = self.actions.contains("\"timeout\"");
        for deed in self.deeds() {
            holds = (holds || deed == "timed-out") && deed != "let-back";
        }
        holds && !self.is_undone()
    }

    /// What its card says of it.
    fn standing(&self) -> &'static str {
        let asks = self.deeds().rfind(|deed| ABOUT_THE_WAY_BACK.contains(deed));
        match self.state.as_str() {
            _ if asks == Some("asked-back") => "asks to be let back",
            "restored" => "undone",
            "confirmed" => "upheld",
            _ if self.has("contested") => "contested",
            _ => "waits for review",
        }
    }
}

/// Every case of the night.
async fn cases(night: &Night) -> Vec<Case> {
    sqlx::query_as(
        "SELECT id, number, state, author, message, removes, message = channel AS is_thread, actions, restored_message,
                card_message, lead,
                (SELECT group_concat(deed || '@' || coalesce(actor, 'bot'), ' ' ORDER BY ordinal)
                 FROM case_events WHERE case_id = cases.id) AS deeds,
                (SELECT group_concat(key || ' ' || state || ' ' || coalesce(failure, ''), '; ')
                 FROM effects WHERE case_id = cases.id AND state <> 'done') AS effects
         FROM cases ORDER BY id",
    )
    .fetch_all(&mut database(night).await)
    .await
    .expect("cases can be read")
}

/// Everything that is not as it was decided.
fn wrongs(state: &State, watch: &Watch, cases: &[Case]) -> Vec<String> {
    let mut wrong = Vec::new();
    messages(state, cases, &mut wrong);
    cards(state, watch, cases, &mut wrong);
    letters(state, &mut wrong);
    authors(state, watch, cases, &mut wrong);
    wrong
}

fn found(state: &State, id: i64) -> Option<&Message> {
    let id = id.to_string();
    state
        .messages
        .values()
        .find(|message| message.id.to_string() == id)
}

fn stands(message: &Message) -> bool {
    message.deleted_at.is_none()
}

fn standing(state: &State, id: i64) -> Option<&Message> {
    found(state, id).filter(|message| stands(message))
}

/// What was removed is gone, and what was put back stands once: where it was, if it was undone before it could be removed.
fn messages(state: &State, cases: &[Case], wrong: &mut Vec<String>) {
    let mut undone = 0;
    for case in cases.iter().filter(|case| case.is_removed()) {
        let original = standing(state, case.message);
        let put_back = case.restored_message.and_then(|id| standing(state, id));
        let is_right = match (original, put_back) {
            (None, None) => !case.comes_back(),
            (None, Some(_)) | (Some(_), None) => case.comes_back(),
            (Some(_), Some(_)) => false,
        };
        if !is_right {
            wrong.push(format!(
                "{case:?}: stands: {}, was put back: {}",
                original.is_some(),
                put_back.is_some()
            ));
        }
        undone += usize::from(put_back.is_some());
    }
    let all = state.messages.values();
    let by_webhooks = all.filter(|message| matches!(message.author, Author::Webhook { .. }));
    let put_back = by_webhooks.filter(|message| stands(message)).count();
    if put_back != undone {
        wrong.push(format!("{put_back} messages were put back for {undone} cases"));
    }
}

/// Each case, or its campaign, has one card, which says how it stands and who decided last.
fn cards(state: &State, watch: &Watch, cases: &[Case], wrong: &mut Vec<String>) {
    for case in cases.iter().filter(|case| case.lead == case.id) {
        let number = case.number;
        let Some(card) = case.card_message.and_then(|id| found(state, id)) else {
            wrong.push(format!("case {number}: no card: {:?}", case.effects));
            continue;
        };
        if card.deleted_at.is_some() {
            if !watch.cards_deleted.contains(&card.id) {
                wrong.push(format!("case {number}: its card is gone"));
            }
            continue;
        }
        let words = everything_in(card);
        let is_alone = cases.iter().filter(|other| other.lead == case.id).count() == 1;
        if is_alone && !words.contains(case.standing()) {
            wrong.push(format!(
                "case {number}: not shown as \"{}\":\n{words}",
                case.standing()
            ));
        }
        let last = case.deeds.rsplit('@').next().unwrap_or_default();
        let is_told = last == "bot" || last == case.author.to_string() || words.contains(last);
        if is_alone && !is_told {
            wrong.push(format!(
                "case {number}: its card does not name {last}, who decided last"
            ));
        }
    }
    let cards: BTreeSet<String> = cases
        .iter()
        .filter_map(|case| case.card_message)
        .map(|id| id.to_string())
        .collect();
    let mod_log = state
        .channels
        .values()
        .find(|channel| channel.name.as_deref() == Some("mod-log"));
    for message in state.messages.values().filter(|message| stands(message)) {
        let is_public = message.flags & message_flags::EPHEMERAL == 0;
        let is_here = mod_log.is_some_and(|mod_log| mod_log.id == message.channel_id);
        // The alert that somebody of the team is robbed calls the owner.
        let calls = !message.content.is_empty();
        if is_here && is_public && !calls && !cards.contains(&message.id.to_string()) {
            let words = everything_in(message);
            wrong.push(format!("a message in the mod log belongs to no case:\n{words}"));
        }
    }
}

/// Nobody is told twice of the same case.
fn letters(state: &State, wrong: &mut Vec<String>) {
    let mut contests: BTreeMap<&str, usize> = BTreeMap::new();
    for message in state.messages.values().filter(|message| stands(message)) {
        let rows = message.components.iter();
        let buttons = rows.filter_map(|row| row["components"].as_array()).flatten();
        for id in buttons.filter_map(|button| button["custom_id"].as_str()) {
            if id.starts_with("v1:contest:") {
                *contests.entry(id).or_default() += 1;
            }
        }
    }
    let twice = contests.into_iter().filter(|(_, times)| *times > 1);
    wrong.extend(twice.map(|(contest, times)| format!("{contest} was offered {times} times")));
}

/// Whoever was banned is, and nobody else; the same of timeouts.
fn authors(state: &State, watch: &Watch, cases: &[Case], wrong: &mut Vec<String>) {
    let all: BTreeSet<i64> = cases.iter().map(|case| case.author).collect();
    for author in all {
        let id = author.to_string();
        let user = state.users.keys().find(|user| user.to_string() == id);
        let Some(user) = user.filter(|user| !watch.meddled.contains(user)) else {
            continue;
        };
        let own: Vec<&Case> = cases.iter().filter(|case| case.author == author).collect();
        let is_to_be_banned = own.iter().any(|case| case.has("banned") && !case.is_undone());
        let is_banned = state.guilds.values().any(|guild| guild.bans.contains_key(user));
        if is_banned != is_to_be_banned {
            wrong.push(format!("{user} is banned: {is_banned}: {own:#?}"));
        }
        // Whoever was thrown out may have come back, and Discord's stand-in forgets their timeout.
        let was_out = own.iter().any(|case| case.has("kicked") || case.has("banned"));
        let is_silent = timed_out(state, *user);
        if !was_out && is_silent != own.iter().any(|case| case.silences()) {
            wrong.push(format!("{user} is timed out: {is_silent}: {own:#?}"));
        }
    }
}
