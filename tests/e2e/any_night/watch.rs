//! What strangers post, and what moderators decide about it.

use std::collections::BTreeSet;
use std::time::Duration;

use fake_discord::actors::{Exchange, Given, MessageDraft, Person, Refused};
use fake_discord::ids::Id;
use fake_discord::world::Message;

use super::asked::{Asked, buttons, custom_id};
use super::lots::Lots;
use crate::night::{HARMLESS, Night, SCAM, another_scam, unique};

const STRANGERS: [&str; 12] = [
    "stranger1",
    "stranger2",
    "stranger3",
    "stranger4",
    "stranger5",
    "stranger6",
    "stranger7",
    "stranger8",
    "stranger9",
    "stranger10",
    "stranger11",
    "stranger12",
];
const MODERATORS: [&str; 4] = ["max", "olivia", "ava", "lena"];
const PLACES: [&str; 3] = ["general", "trading", "lounge"];
/// What is typed into forms.
const WORDS: [&str; 2] = ["That was my own page, please look again.", "I never wrote this."];

/// One night, so far.
pub struct Watch {
    pub lots: Lots,
    /// What was asked of the bot.
    pub asked: Asked,
    /// Scams that somebody posted and that nobody may leave standing.
    pub scams: Vec<Message>,
    /// Members whom somebody has punished, let go or written to by hand, or who have left.
    pub meddled: BTreeSet<Id>,
    /// Cards in the mod log that were deleted.
    pub cards_deleted: BTreeSet<Id>,
}

impl Watch {
    pub fn of(lots: Lots, night: &Night) -> Self {
        for name in STRANGERS {
            let stranger = night.discord.newcomer(name, Duration::from_hours(24 * 100));
            stranger.joins().expect("anybody may join");
        }
        Self {
            lots,
            asked: Asked::default(),
            scams: Vec::new(),
            meddled: BTreeSet::new(),
            cards_deleted: BTreeSet::new(),
        }
    }

    /// Somebody does something, if their client lets them.
    pub async fn goes_on(&mut self, night: &Night) {
        // Mostly people see what came of what was done before.
        if !self.lots.once_in(3) {
            if let Some(scam) = self.scams.last() {
                night.discord.until_deleted(scam).await;
            }
            night.until_idle().await;
        }
        match self.lots.below(25) {
            24 => self.an_agent_asks_for_a_secret(night),
            0..7 => self.a_stranger_posts(night),
            7..15 => self.a_moderator_presses(night).await,
            15..18 => self.an_author_presses(night).await,
            18 => self.a_moderator_looks(night).await,
            19 => self.a_moderator_meddles(night),
            20 => self.a_stranger_goes_or_comes(night),
            21 => self.a_stranger_hides(night),
            22 => self.a_card_is_deleted(night),
            _ => night.until_idle().await,
        }
    }

    fn stranger(&mut self, night: &Night) -> (&'static str, Person) {
        let name = self.lots.word(&STRANGERS);
        (name, night.member(name))
    }

    fn a_stranger_posts(&mut self, night: &Night) {
        let (name, stranger) = self.stranger(night);
        let place = self.lots.word(&PLACES);
        let scam = another_scam();
        let (what, posted) = match self.lots.below(10) {
            0..3 => ("a scam", stranger.says(place, &scam)),
            3..5 => ("a copy", stranger.says(place, SCAM)),
            5 => {
                let words = "please vote for my team in the great tournament";
                let link = format!("https://faceit-vote-{}.example", unique());
                (
                    "something suspicious",
                    stranger.says(place, &format!("{words} {link}")),
                )
            }
            6 => {
                let said = stranger.says(place, HARMLESS);
                (
                    "a scam by an edit",
                    said.and_then(|said| stranger.edits(said.id, &scam)),
                )
            }
            7 => {
                let draft = MessageDraft::text(&scam).file("proof.txt", format!("paid {}", unique()));
                ("a scam with a file", stranger.sends(place, draft))
            }
            8 => {
                let thread = stranger.starts_thread("general", "questions");
                (
                    "a scam in a thread",
                    thread.and_then(|thread| stranger.says(thread.id, &scam)),
                )
            }
            _ => {
                let post = stranger.posts_in_forum("help-forum", &scam, HARMLESS);
                ("a forum post", post.map(|(_, starter)| starter))
            }
        };
        self.notes(name, what, posted);
    }

    /// An account of the team is stolen.
    fn an_agent_asks_for_a_secret(&mut self, night: &Night) {
        let place = self.lots.word(&PLACES);
        let words = format!(
            "Support here. DM me your 12 word seed phrase so that I can validate wallet {}",
            unique()
        );
        let posted = night.member("sam").says(place, &words);
        self.notes("sam", "a question for a secret", posted);
    }

    fn notes(&mut self, name: &str, what: &str, posted: Result<Message, Refused>) {
        let Ok(posted) = posted else { return };
        println!("{name} posts {what}: {}", posted.id);
        // What was put back, or exempted, may be said again.
        if what.starts_with("a scam") || what == "a forum post" {
            self.scams.push(posted);
        }
    }

    /// Fills in the form that answers, if one does.
    async fn fills_in(&mut self, night: &Night, who: &str, asked: &Exchange) {
        let words = self.lots.word(&WORDS);
        self.asked
            .fills_in(&mut self.lots, night, who, asked, words)
            .await;
    }

    /// A moderator presses any button they see, now and then together with another, who may press something else.
    async fn a_moderator_presses(&mut self, night: &Night) {
        let buttons = buttons(night);
        for _ in 0..8 {
            let who = self.lots.word(&MODERATORS);
            let Some((message, button)) = self.lots.one_of(&buttons) else {
                return;
            };
            let pressed = night.member(who).clicks(*message, button);
            let Some(asked) = self.asked.notes(format!("{who} presses {button}"), pressed) else {
                continue;
            };
            if self.lots.once_in(4) {
                let other = self.lots.word(&MODERATORS);
                let theirs = if self.lots.once_in(2) {
                    self.lots.one_of(&buttons)
                } else {
                    None
                };
                let (message, button) = theirs.cloned().unwrap_or_else(|| (*message, button.clone()));
                let pressed = night.member(other).clicks(message, &button);
                if let Some(asked) = self
                    .asked
                    .notes(format!("{other} presses {button}, too"), pressed)
                {
                    self.fills_in(night, other, &asked).await;
                }
            }
            self.fills_in(night, who, &asked).await;
            if button.starts_with("v1:false-positive") || button.starts_with("v1:ban-history") {
                self.goes_on_from_the_answer(night, who, &asked).await;
            }
            return;
        }
    }

    /// Whoever was asked something alone presses one of the answers.
    async fn goes_on_from_the_answer(&mut self, night: &Night, who: &str, asked: &Exchange) {
        night.until_idle().await;
        let Some(shown) = asked.original() else { return };
        let rows = shown.components.iter();
        let offered = rows.filter_map(|row| row["components"].as_array()).flatten();
        let offered: Vec<String> = offered.filter_map(custom_id).collect();
        if let Some(button) = self.lots.one_of(&offered) {
            let pressed = night.member(who).clicks(shown.id, button);
            self.asked.notes(format!("{who} presses {button}"), pressed);
        }
    }

    /// The author of something that was removed presses a button of the message about it.
    async fn an_author_presses(&mut self, night: &Night) {
        let name = if self.lots.once_in(4) {
            "sam"
        } else {
            self.lots.word(&STRANGERS)
        };
        let stranger = night.member(name);
        let room = stranger.direct_messages();
        let mut mine = buttons(night);
        mine.retain(|(message, _)| night.discord.state().messages[message].channel_id == room);
        let Some((message, button)) = self.lots.one_of(&mine) else {
            return;
        };
        let pressed = stranger.clicks(*message, button);
        if let Some(asked) = self.asked.notes(format!("{name} presses {button}"), pressed) {
            self.fills_in(night, name, &asked).await;
        }
    }

    async fn a_moderator_looks(&mut self, night: &Night) {
        let who = self.lots.word(&MODERATORS);
        let number = 1 + self.lots.below(8) as i64;
        let command = self.lots.word(&[
            "case show",
            "case list",
            "case queue",
            "case note",
            "rules overlay",
        ]);
        let given: Vec<(&str, Given)> = match command {
            "case show" => vec![("number", number.into())],
            "case note" => vec![("number", number.into()), ("text", "I know them.".into())],
            _ => Vec::new(),
        };
        let ran = night.member(who).runs_command("mod-log", command, &given);
        if let Some(asked) = self.asked.notes(format!("{who} runs /{command} {number}"), ran) {
            let _ = asked.answer().await;
        }
    }

    fn a_moderator_meddles(&mut self, night: &Night) {
        let (name, stranger) = self.stranger(night);
        let olivia = night.member("olivia");
        let (what, done) = match self.lots.below(5) {
            0 => ("lets speak", olivia.times_out(name, Duration::ZERO)),
            1 => ("silences", olivia.times_out(name, Duration::from_hours(2))),
            2 => ("kicks", olivia.kicks(name)),
            3 => ("bans", olivia.bans(name)),
            _ => ("unbans", olivia.unbans(name)),
        };
        if done.is_ok() {
            println!("olivia {what} {name}");
            self.meddled.insert(stranger.id);
        }
    }

    fn a_stranger_goes_or_comes(&mut self, night: &Night) {
        let (name, stranger) = self.stranger(night);
        if self.lots.once_in(3) && stranger.leaves().is_ok() {
            println!("{name} leaves");
            self.meddled.insert(stranger.id);
        } else if stranger.joins().is_ok() {
            println!("{name} comes back");
        }
    }

    /// Somebody deletes what they wrote, or takes no messages any more.
    fn a_stranger_hides(&mut self, night: &Night) {
        let (name, stranger) = self.stranger(night);
        match self.lots.below(3) {
            0 => {
                println!("{name} closes direct messages");
                stranger.closes_direct_messages();
            }
            1 => stranger.opens_direct_messages(),
            _ => {
                let place = self.lots.word(&PLACES);
                for said in night.discord.messages_in(place) {
                    if stranger.deletes(said.id).is_ok() {
                        println!("{name} deletes {}", said.id);
                    }
                }
            }
        }
    }

    fn a_card_is_deleted(&mut self, night: &Night) {
        if let Some(card) = self.lots.one_of(&night.discord.messages_in("mod-log"))
            && self.lots.once_in(2)
            && night.member("max").deletes(card.id).is_ok()
        {
            println!("max deletes card {}", card.id);
            self.cards_deleted.insert(card.id);
        }
    }
}
