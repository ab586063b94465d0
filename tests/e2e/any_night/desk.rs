//! What members and agents do about tickets.

use std::time::Duration;

use fake_discord::actors::{Exchange, Given};
use fake_discord::ids::Id;
use fake_discord::world::{ChannelKind, Message};

use super::asked::{Asked, buttons};
use super::lots::Lots;
use crate::night::{HARMLESS, Night, another_scam};

const MEMBERS: [&str; 2] = ["alice", "bob"];
const AGENTS: [&str; 4] = ["sam", "lena", "max", "ava"];
const EVERYBODY: [&str; 7] = ["alice", "bob", "mallory", "sam", "lena", "max", "ava"];
/// A seed phrase with a true checksum, which belongs to nobody.
pub const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
/// What is typed into forms and threads.
const WORDS: [&str; 3] = [
    "My swap has been stuck since this morning and I do not know what to do.",
    "They took it all: 0x52908400098527886E0F7030069857D2E4169EE7, \
     0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
    PHRASE,
];

/// One night, so far.
pub struct Desk {
    pub lots: Lots,
    strangers: usize,
    /// What was asked of the bot.
    pub asked: Asked,
    /// Scams that somebody posted.
    pub scams: Vec<Message>,
    /// Threads that a moderator has opened or locked by hand.
    pub meddled: Vec<Id>,
}

impl Desk {
    /// Nothing has happened yet, but for a panel in the support channel.
    pub async fn of(lots: Lots, night: &Night) -> Self {
        let panel = night
            .member("ava")
            .runs_command("support", "ticket panel", &[])
            .expect("she may post it");
        night.answered(&panel).await;
        Self {
            lots,
            strangers: 0,
            asked: Asked::default(),
            scams: Vec::new(),
            meddled: Vec::new(),
        }
    }

    /// Somebody does something, if their client lets them.
    pub async fn goes_on(&mut self, night: &Night) {
        match self.lots.below(24) {
            0..10 => self.somebody_presses(night).await,
            10..12 => self.somebody_opens_a_ticket(night).await,
            12..16 => self.an_agent_works(night).await,
            16..18 => self.somebody_writes_in_a_thread(night),
            18 => self.a_moderator_meddles(night),
            19 => self.a_member_goes_or_comes(night),
            20 => self.a_stranger_posts_a_scam(night),
            21 => self.somebody_posts_a_phrase(night),
            22 => self.a_card_is_deleted(night),
            _ => self.somebody_opens_from_a_message(night).await,
        }
    }

    /// Fills in the form that answers, if one does.
    async fn fills_in(&mut self, night: &Night, who: &str, asked: &Exchange) {
        let words = self.lots.word(&WORDS);
        self.asked
            .fills_in(&mut self.lots, night, who, asked, words)
            .await;
    }

    /// Somebody presses any button they see, now and then together with an agent.
    async fn somebody_presses(&mut self, night: &Night) {
        let buttons = buttons(night);
        // Most see only a few of them.
        for _ in 0..8 {
            let who = self.lots.word(&EVERYBODY);
            let Some((message, button)) = self.lots.one_of(&buttons) else {
                return;
            };
            let pressed = night.member(who).clicks(*message, button);
            let Some(first) = self.asked.notes(format!("{who} presses {button}"), pressed) else {
                continue;
            };
            if self.lots.once_in(5) {
                let other = self.lots.word(&AGENTS);
                let pressed = night.member(other).clicks(*message, button);
                if let Some(second) = self.asked.notes(format!("{other} presses it too"), pressed) {
                    self.fills_in(night, other, &second).await;
                }
            }
            self.fills_in(night, who, &first).await;
            return;
        }
    }

    async fn somebody_opens_a_ticket(&mut self, night: &Night) {
        let who = self.lots.word(&EVERYBODY);
        let area = self
            .lots
            .word(&["funds", "transaction", "account", "scam-report", "other"]);
        let ran = night
            .member(who)
            .runs_command("support", "ticket open", &[("area", area.into())]);
        if let Some(asked) = self.asked.notes(format!("{who} runs /ticket open {area}"), ran) {
            self.fills_in(night, who, &asked).await;
        }
    }

    async fn somebody_opens_from_a_message(&mut self, night: &Night) {
        let who = self.lots.word(&EVERYBODY);
        let person = night.member(who);
        let Ok(said) = person.says("general", HARMLESS) else {
            return;
        };
        let used = person.uses_on_message("Open ticket from this message", &said);
        if let Some(asked) = self
            .asked
            .notes(format!("{who} opens a ticket from a message"), used)
        {
            self.fills_in(night, who, &asked).await;
        }
    }

    /// An agent runs a command about some ticket, be it there or not.
    async fn an_agent_works(&mut self, night: &Night) {
        let (who, other) = (self.lots.word(&AGENTS), self.lots.word(&AGENTS));
        let number = 1 + self.lots.below(6) as i64;
        let command = self.lots.word(&[
            "ticket claim",
            "ticket assign",
            "ticket transfer",
            "ticket note",
            "ticket close",
            "ticket reopen",
            "ticket show",
            "escalate",
            "case list",
        ]);
        let mut given: Vec<(&str, Given)> = match command {
            "ticket assign" | "ticket transfer" => vec![("agent", other.into())],
            "ticket note" => vec![("text", self.lots.word(&WORDS).into())],
            "ticket close" if self.lots.once_in(2) => vec![("reason", "It went through.".into())],
            _ => Vec::new(),
        };
        if command != "case list" {
            given.push(("ticket", number.into()));
        }
        let ran = night.member(who).runs_command("staff", command, &given);
        if let Some(asked) = self.asked.notes(format!("{who} runs /{command} {number}"), ran) {
            self.fills_in(night, who, &asked).await;
        }
    }

    fn somebody_writes_in_a_thread(&mut self, night: &Night) {
        let (who, words) = (self.lots.word(&EVERYBODY), self.lots.word(&WORDS));
        if let Some(thread) = self.lots.one_of(&private_threads(night))
            && night.member(who).says(*thread, words).is_ok()
        {
            println!("{who} writes in {thread}");
            // Discord opens an archived thread for whoever may write in it.
            self.meddled.push(*thread);
        }
    }

    fn a_moderator_meddles(&mut self, night: &Night) {
        let Some(thread) = self.lots.one_of(&private_threads(night)).copied() else {
            return;
        };
        let max = night.member("max");
        let (what, done) = match self.lots.below(4) {
            0 => ("archives", max.archives_thread(thread)),
            1 => ("opens", max.unarchives_thread(thread)),
            2 => ("locks", max.locks_thread(thread)),
            _ => ("deletes", max.deletes_channel(thread)),
        };
        if done.is_ok() {
            println!("max {what} {thread}");
            self.meddled.push(thread);
        }
    }

    fn a_member_goes_or_comes(&mut self, night: &Night) {
        let name = self.lots.word(&MEMBERS);
        let person = night.member(name);
        if person.leaves().is_ok() {
            println!("{name} leaves");
        } else if person.joins().is_ok() {
            println!("{name} comes back");
        }
    }

    fn a_stranger_posts_a_scam(&mut self, night: &Night) {
        self.strangers += 1;
        let name = format!("stranger{}", self.strangers);
        let stranger = night.discord.newcomer(&name, Duration::from_hours(24 * 100));
        stranger.joins().expect("anybody may join");
        let channel = self.lots.word(&["general", "trading", "support"]);
        if let Ok(scam) = stranger.says(channel, &another_scam()) {
            println!("{name} posts a scam in {channel}");
            self.scams.push(scam);
        }
    }

    fn somebody_posts_a_phrase(&mut self, night: &Night) {
        let who = self.lots.word(&EVERYBODY);
        if night.member(who).says("general", PHRASE).is_ok() {
            println!("{who} posts a seed phrase");
        }
    }

    fn a_card_is_deleted(&mut self, night: &Night) {
        let channel = self.lots.word(&["staff", "mod-log"]);
        if let Some(card) = self.lots.one_of(&night.discord.messages_in(channel))
            && night.member("max").deletes(card.id).is_ok()
        {
            println!("max deletes a card in {channel}");
        }
    }
}

fn private_threads(night: &Night) -> Vec<Id> {
    let state = night.discord.state();
    let threads = state.channels.values();
    threads
        .filter(|channel| channel.kind == ChannelKind::PrivateThread)
        .map(|channel| channel.id)
        .collect()
}
