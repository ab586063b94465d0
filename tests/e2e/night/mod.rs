//! How a test is written: [`night`] gives it a guild at night with the bot on duty, and looks for leftovers afterwards.
//!
//! ```ignore
//! #[tokio::test]
//! async fn a_scam_is_removed() {
//!     night(async |night| {
//!         let scam = night.member("mallory").says("general", SCAM).unwrap();
//!         night.discord.until_deleted(&scam).await;
//!         night.review_card().await;
//!         night.dm_to("mallory").await;
//!     })
//!     .await;
//! }
//! ```
//!
//! A test fails on what it did not foresee, too: a message by the bot that it did not read, a request to a route that does
//! not exist, a panic in the bot, an effect that was planned and never ended.

mod bot;
mod leftovers;
mod rules;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use fake_discord::FakeDiscord;
use fake_discord::actors::{Exchange, Given, Person};
use fake_discord::ids::Id;
use fake_discord::world::{Message, State, World};
use tempfile::TempDir;

pub use bot::Bot;
pub use rules::OwnRules;

/// A message that the shipped rules remove from anybody without a past here.
pub const SCAM: &str =
    "Connect your wallet to claim the airdrop before it ends: https://claim-airdrop.pages.dev/wallet";

/// A message that the shipped rules remove from anybody, and that is no copy of any other: two messages that say the same or
/// lead to the same place are one campaign with one card.
pub fn another_scam() -> String {
    format!("https://claim-airdrop-{}.pages.dev", unique())
}

/// A message that no rule minds.
pub const HARMLESS: &str = "has anyone tried the new release on testnet yet?";

/// One test's guild, Discord and bot.
pub struct Night {
    /// Discord.
    pub discord: FakeDiscord,
    /// The bot's process, while it runs.
    pub bot: Option<Bot>,
    /// What stands in the environment of the next bot besides its settings.
    pub environment: Vec<(String, String)>,
    folder: TempDir,
    expects_trouble: bool,
    sees_strange_events: bool,
    reads_nothing: bool,
}

/// A guild that is set up and enforcing.
pub async fn night(test: impl AsyncFnOnce(&mut Night)) {
    night_in(World::community(), async |night| {
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

/// A guild of this world that nobody has set up.
pub async fn night_in(world: World, test: impl AsyncFnOnce(&mut Night)) {
    night_around(world, async |night| {
        night.starts_bot().await;
        test(night).await;
    })
    .await;
}

/// A guild of this world without a bot: the test brings its own.
pub async fn night_around(world: World, test: impl AsyncFnOnce(&mut Night)) {
    let mut night = Night {
        discord: FakeDiscord::start(world).await,
        bot: None,
        environment: Vec::new(),
        folder: tempfile::tempdir().expect("a temporary folder"),
        expects_trouble: false,
        sees_strange_events: false,
        reads_nothing: false,
    };
    test(&mut night).await;
    leftovers::look_for(&mut night).await;
}

impl Night {
    /// Somebody, in front of their client.
    pub fn member(&self, name: &str) -> Person {
        self.discord.member(name)
    }

    /// Starts the bot on this test's database and waits until it serves commands and listens.
    pub async fn starts_bot(&mut self) {
        self.bot = Some(Bot::start(
            &self.discord,
            &self.database(),
            &self.log(),
            &self.environment,
        ));
        self.until_on_duty().await;
    }

    /// Waits until a bot serves commands and listens.
    pub async fn until_on_duty(&self) {
        self.discord.until_connected().await;
        self.discord
            .wait_for("the bot's commands", |state| {
                (!state.commands.is_empty()).then_some(())
            })
            .await;
    }

    /// Ends the bot as a supervisor would, and waits for it.
    pub async fn stops_bot(&mut self) {
        if let Some(bot) = self.bot.take() {
            bot.stop().await;
        }
        self.until_disconnected().await;
    }

    /// Waits until every planned effect has ended.
    pub async fn until_idle(&self) {
        leftovers::until_idle(self).await;
    }

    /// Kills the bot without a word (SIGKILL), and waits until Discord has noticed.
    pub async fn kills_bot(&mut self) {
        if let Some(bot) = self.bot.take() {
            bot.kill().await;
        }
        self.until_disconnected().await;
    }

    async fn until_disconnected(&self) {
        self.discord
            .wait_for("the gateway to be empty", |state| {
                state
                    .sessions()
                    .iter()
                    .all(|session| !session.connected)
                    .then_some(())
            })
            .await;
    }

    /// `/setup` as an administrator would do it, enforcing. Reads what the owner was told before.
    pub async fn sets_up(&self) {
        self.dm_to("olivia").await;
        self.runs_setup().await;
    }

    /// `/setup` as an administrator would do it, enforcing.
    pub async fn runs_setup(&self) {
        let ava = self.member("ava");
        let channels: [(&str, Given); 3] = [
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "staff".into()),
        ];
        self.answered(
            &ava.runs_command("staff", "setup channels", &channels)
                .expect("/setup channels"),
        )
        .await;
        for (tier, role) in [
            ("L1", "Support L1"),
            ("L2", "Support L2"),
            ("L3", "Support L3"),
            ("Moderator", "Moderator"),
        ] {
            let options: [(&str, Given); 2] = [("tier", tier.into()), ("role", role.into())];
            self.answered(
                &ava.runs_command("staff", "setup role", &options)
                    .expect("/setup role"),
            )
            .await;
        }
        let enforce: [(&str, Given); 1] = [("mode", "enforce".into())];
        self.answered(
            &ava.runs_command("staff", "setup mode", &enforce)
                .expect("/setup mode"),
        )
        .await;
    }

    /// The bot's answer to an interaction: what stands there once it is no longer "thinking". Counts as read.
    #[track_caller]
    pub fn answered(&self, exchange: &Exchange) -> impl Future<Output = Message> {
        const LOADING: u64 = 1 << 7;
        let reply = exchange.reply_once(|message| message.flags & LOADING == 0);
        async move {
            let message = reply.await;
            self.discord.mark_read(&message);
            message
        }
    }

    /// Somebody presses the button of a message, as it stands now, whose id begins with `action` (`v1:restore`). Answers what
    /// they read then.
    pub async fn presses(&self, name: &str, message: &Message, action: &str) -> String {
        let standing = self.discord.message(message);
        let press = self.member(name).clicks(&standing, &button(&standing, action));
        everything_in(&self.answered(&press.expect("the button can be pressed")).await)
    }

    /// Waits for the next message in the mod log, and reads it.
    #[track_caller]
    pub fn review_card(&self) -> impl Future<Output = Message> {
        self.discord.next_message_in("mod-log")
    }

    /// Waits for the next direct message to somebody, and reads it.
    #[track_caller]
    pub fn dm_to(&self, name: &str) -> impl Future<Output = Message> {
        self.discord.next_dm_to(name)
    }

    /// Waits until a message by the bot, as it stands, satisfies `wanted`.
    #[track_caller]
    pub fn until_message(
        &self,
        id: Id,
        what: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> impl Future<Output = Message> {
        self.discord.wait_for(what, move |state| {
            state
                .messages
                .get(&id)
                .filter(|message| wanted(&everything_in(message)))
                .cloned()
        })
    }

    /// The thread of the first ticket of a member, once it is there and they are in it.
    #[track_caller]
    pub fn ticket_thread_of(&self, name: &str) -> impl Future<Output = fake_discord::world::Channel> {
        self.discord.until_private_thread_with("support", name)
    }

    /// Whether a running timeout holds a member.
    pub fn is_timed_out(&self, name: &str) -> bool {
        let user = self.member(name).id;
        timed_out(&self.discord.state(), user)
    }

    /// Whether somebody is banned from any guild.
    pub fn is_banned(&self, name: &str) -> bool {
        let user = self.member(name).id;
        self.discord
            .state()
            .guilds
            .values()
            .any(|guild| guild.bans.contains_key(&user))
    }

    /// This test does not mind effects that end badly: it makes them.
    pub fn expects_trouble(&mut self) {
        self.expects_trouble = true;
    }

    /// This test looks at what stands in the end, not at what the bot said on the way.
    pub fn reads_nothing(&mut self) {
        self.reads_nothing = true;
    }

    /// Discord sends events in this test that serenity cannot read. In any other, one is a mistake of the stand-in.
    pub fn sees_strange_events(&mut self) {
        self.sees_strange_events = true;
    }

    /// Where the bot keeps its database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("nightdesk.db")
    }

    /// Where the bot's log goes.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("nightdesk.log")
    }

    /// Everything in the test's folder: database, its WAL, log, spool.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// Whether a running timeout holds a member. For waits, which hold the state already.
pub fn timed_out(state: &State, user: Id) -> bool {
    let now = state.now();
    let members = state.guilds.keys().filter_map(|guild| state.member(*guild, user));
    members.into_iter().any(|member| {
        member
            .communication_disabled_until
            .is_some_and(|until| until > now)
    })
}

/// Whether somebody is in a thread. For waits, which hold the state already.
pub fn in_thread(state: &State, thread: Id, user: Id) -> bool {
    let details = state
        .channels
        .get(&thread)
        .and_then(|channel| channel.thread.as_ref());
    details.is_some_and(|details| details.members.contains_key(&user))
}

/// Every word of a message, its embeds and its components, as one text.
pub fn everything_in(message: &Message) -> String {
    fn words(value: &serde_json::Value, out: &mut String) {
        match value {
            serde_json::Value::String(text) => {
                out.push_str(text);
                out.push('\n');
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| words(item, out)),
            serde_json::Value::Object(fields) => fields.values().for_each(|field| words(field, out)),
            _ => {}
        }
    }
    let mut out = message.content.clone();
    out.push('\n');
    message
        .embeds
        .iter()
        .chain(&message.components)
        .for_each(|value| words(value, &mut out));
    out
}

/// The labels of the buttons that can be pressed on a message.
pub fn buttons_of(message: &Message) -> Vec<String> {
    message
        .components
        .iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
        .filter(|button| button["type"] == 2 && button["disabled"] != true)
        .filter_map(|button| button["label"].as_str().map(str::to_owned))
        .collect()
}

/// The custom id of the first button whose id begins with `action` (`v1:restore`).
///
/// # Panics
/// When the message has no such button.
#[track_caller]
pub fn button(message: &Message, action: &str) -> String {
    let ids: Vec<String> = message
        .components
        .iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
        .filter_map(|button| button["custom_id"].as_str().map(str::to_owned))
        .collect();
    let wanted = ids
        .iter()
        .find(|id| id.strip_prefix(action).is_some_and(|rest| rest.starts_with(':')));
    wanted
        .unwrap_or_else(|| panic!("no button {action} among {ids:?}"))
        .clone()
}

/// A number that no other call in this process gets.
pub fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
