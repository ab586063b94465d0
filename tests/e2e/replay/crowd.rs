//! A crowd that talks all at once: who says what where. Used by the test beside it and by `benches/replay.rs`.
//!
//! Every hundredth message is a scam, each by somebody who says nothing else; everybody else keeps to a channel of their
//! own, as people do. No two messages are the same.

use std::time::Duration;

use fake_discord::FakeDiscord;
use fake_discord::actors::Person;
use fake_discord::ids::Id;
use fake_discord::world::{ChannelKind, Message, World};

/// One message in so many is a scam.
pub const ONE_IN: usize = 100;

/// How large it is.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    /// Messages in all.
    pub messages: usize,
    /// Members who talk.
    pub members: usize,
    /// Channels in which they talk.
    pub channels: usize,
}

/// What was posted.
pub struct Said {
    /// The scams.
    pub scams: Vec<Id>,
    /// All else.
    pub harmless: Vec<Id>,
}

const OPENINGS: [&str; 16] = [
    "good morning",
    "has anyone here looked at",
    "I have been reading about",
    "does somebody know when they update",
    "my brother asked me about",
    "so happy with",
    "we talked yesterday about",
    "still learning about",
    "not sure what to think of",
    "great write-up on",
    "the docs say little about",
    "who maintains",
    "I missed the call on",
    "thanks for the help with",
    "quick thought on",
    "the weekend was all",
];
const TOPICS: [&str; 16] = [
    "the testnet",
    "gas prices",
    "the new explorer",
    "the roadmap",
    "running a node at home",
    "the governance forum",
    "the translation of the handbook",
    "hardware for validators",
    "the art contest",
    "the community call",
    "release notes",
    "the fee table",
    "rust and its compiler",
    "the bug that was fixed last week",
    "the meetup in Lisbon",
    "how blocks are built",
];

fn small_talk(number: usize) -> String {
    format!(
        "{} {}, that is note {number}",
        OPENINGS[number % OPENINGS.len()],
        TOPICS[number / OPENINGS.len() % TOPICS.len()]
    )
}

fn scam(number: usize) -> String {
    match number / ONE_IN % 4 {
        0 => format!("Connect your wallet to claim the airdrop: https://claim-airdrop.pages.dev/{number}"),
        1 => {
            format!("Validate your wallet: [app.uniswap.org](https://wallet-validate.netlify.app/c{number})")
        }
        2 => format!("please send me your s e e d  p h r a s e to verify your wallet, case {number}"),
        _ => format!(
            "Ｓｅｎｄ ｙｏｕｒ ｓｅｅｄ ｐｈｒａｓｅ ｔｏ ｖｅｒｉｆｙ ｙｏｕｒ ｗａｌｌｅｔ {number}"
        ),
    }
}

impl Crowd {
    /// The community with this crowd in it.
    pub fn world(self) -> World {
        let world = (0..self.channels).fold(World::community(), |world, number| {
            world.channel(&format!("room-{number}"), ChannelKind::Text)
        });
        (0..self.members).fold(world, |world, number| world.member(&format!("talker-{number}")))
    }

    /// Everybody talks, as fast as the stand-in takes it. `paused` is called after each hundred messages.
    pub async fn talks(self, discord: &FakeDiscord, mut paused: impl FnMut(usize)) -> Said {
        let people: Vec<Person> = (0..self.members)
            .map(|number| discord.member(&format!("talker-{number}")))
            .collect();
        let rooms: Vec<Id> = (0..self.channels)
            .map(|number| discord.channel(format!("room-{number}").as_str()).id)
            .collect();
        let scammers = self.messages / ONE_IN;
        let talkers = self.members - scammers;
        let mut said = Said {
            scams: Vec::with_capacity(scammers),
            harmless: Vec::with_capacity(self.messages),
        };
        for number in 0..self.messages {
            let is_scam = number % ONE_IN == ONE_IN - 1;
            let (who, text) = if is_scam {
                (talkers + number / ONE_IN, scam(number))
            } else {
                (number % talkers, small_talk(number))
            };
            let posted = people[who].says(rooms[who % rooms.len()], &text);
            let posted = posted.expect("everybody may talk").id;
            discord.mark_read(posted);
            if is_scam {
                said.scams.push(posted);
            } else {
                said.harmless.push(posted);
            }
            if number % 100 == 99 {
                paused(number + 1);
                tokio::task::yield_now().await;
            }
        }
        said
    }
}

impl Said {
    /// Waits until every scam is gone, and gives the time that each took.
    pub async fn until_gone(&self, discord: &FakeDiscord, limit: Duration) -> Vec<Duration> {
        let gone = discord.wait_within(limit, "every scam to be gone", |state| {
            let taken = |message: &Message| {
                let taken = message.deleted_at?.as_millis() - message.timestamp.as_millis();
                Some(Duration::from_millis(u64::try_from(taken).unwrap_or_default()))
            };
            // The last ones go last, mostly.
            self.scams
                .iter()
                .rev()
                .map(|scam| taken(&state.messages[scam]))
                .collect()
        });
        gone.await
    }

    /// What was harmless and is gone.
    pub fn wronged(&self, discord: &FakeDiscord) -> Vec<String> {
        let state = discord.state();
        let messages = self.harmless.iter().map(|message| &state.messages[message]);
        messages
            .filter(|message| message.deleted_at.is_some())
            .map(|message| message.content.clone())
            .collect()
    }
}
