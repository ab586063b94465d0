//! What every chapter stands on: people who say, run, press and fill in, and what a reader sees of the answer.
//!
//! What has to come true is said in the chapters, not here.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};
use fake_discord::FakeDiscord;
use fake_discord::actors::{Exchange, Given, Modal, Person};
use fake_discord::ids::Id;
use fake_discord::world::{Message, State};

use crate::rendering::as_shown;

/// A message that the shipped rules remove from anybody, new each time: copies of one scam are one campaign with one card.
pub(crate) fn scam() -> String {
    format!("https://claim-airdrop-{}.pages.dev", another())
}

/// A message that a moderator should look at, and no more; new each time.
pub(crate) fn doubtful() -> String {
    format!("look https://user:pw@uniswap.org@evil-{}.example/", another())
}

/// A number that was not given out before.
fn another() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The night: everything is seen in the stand-in.
pub(crate) struct Night {
    pub(crate) discord: FakeDiscord,
}

impl Night {
    /// Until the bot listens and serves its commands.
    pub(crate) async fn until_on_duty(&self) {
        self.discord.until_connected().await;
        let served = self.discord.wait_for("the bot's commands", |state| {
            (!state.commands.is_empty()).then_some(())
        });
        served.await;
    }

    /// Somebody whom no earlier step has got into trouble, a year old and new here.
    pub(crate) fn stranger(&self, name: &str) -> anyhow::Result<Person> {
        let person = self.discord.newcomer(name, Duration::from_hours(24 * 400));
        person.joins().map_err(refused)?;
        Ok(person)
    }

    /// Runs a command and shows the answer.
    pub(crate) async fn runs(
        &self,
        name: &str,
        place: &str,
        command: &str,
        options: &[(&str, Given)],
    ) -> anyhow::Result<String> {
        let person = self.discord.member(name);
        let exchange = person.runs_command(place, command, options).map_err(refused)?;
        println!("  {name} runs /{command}");
        let answer = self.answer(&exchange).await;
        self.shows(&format!("{name}, only they see it"), &answer);
        Ok(words_of(&answer))
    }

    /// Shows a message as a client would.
    pub(crate) fn shows(&self, place: &str, message: &Message) {
        println!("  +-- {place}");
        for line in as_shown(&words_of(message), &self.discord.state()).lines() {
            println!("  |   {line}");
        }
    }

    /// Presses a button of a message as it stands now; gives the answer's words.
    pub(crate) async fn presses(
        &self,
        name: &str,
        message: &Message,
        action: &str,
    ) -> anyhow::Result<String> {
        let button = button(&self.discord.message(message), action)?;
        let exchange = self
            .discord
            .member(name)
            .clicks(message, &button)
            .map_err(refused)?;
        println!(
            "  {name} presses [ {} ]",
            label(&self.discord.message(message), &button)
        );
        Ok(words_of(&self.answer(&exchange).await))
    }

    /// Presses a button that opens a form.
    pub(crate) async fn is_shown_a_form(
        &self,
        name: &str,
        message: &Message,
        action: &str,
    ) -> anyhow::Result<Modal> {
        let button = button(&self.discord.message(message), action)?;
        let exchange = self
            .discord
            .member(name)
            .clicks(message, &button)
            .map_err(refused)?;
        Ok(exchange.modal().await)
    }

    /// Fills in a form and shows the answer.
    pub(crate) async fn fills_in(
        &self,
        name: &str,
        form: &Modal,
        answers: &[(&str, &str)],
    ) -> anyhow::Result<String> {
        let sent = self
            .discord
            .member(name)
            .submits(form, answers)
            .map_err(refused)?;
        let answer = self.answer(&sent).await;
        self.shows(&format!("{name}, only they see it"), &answer);
        Ok(words_of(&answer))
    }

    /// What stands there once the bot no longer "thinks".
    pub(crate) async fn answer(&self, exchange: &Exchange) -> Message {
        const LOADING: u64 = 1 << 7;
        let message = exchange.reply_once(|message| message.flags & LOADING == 0).await;
        self.discord.mark_read(&message);
        message
    }

    /// The next card in the mod log, read.
    pub(crate) async fn card(&self) -> Message {
        let card = self.discord.next_message_in("mod-log").await;
        self.shows("#mod-log", &card);
        card
    }

    /// The next direct message to somebody, read.
    pub(crate) async fn inbox(&self, name: &str) -> Message {
        let told = self.discord.next_dm_to(name).await;
        self.shows(&format!("{name}, direct message"), &told);
        told
    }

    /// The next message by the bot in a thread, read.
    pub(crate) async fn said_in(&self, thread: Id) -> Message {
        let said = self.discord.next_message_in(thread).await;
        self.shows("the private thread", &said);
        said
    }

    /// Until a message, as it stands, reads as wanted.
    pub(crate) async fn until_it_says(&self, message: &Message, what: &str, words: &str) {
        let id = message.id;
        let said = self.discord.wait_for(what, |state| {
            words_of(state.messages.get(&id)?).contains(words).then_some(())
        });
        said.await;
    }

    /// Until something is so.
    pub(crate) async fn until(&self, what: &str, so: impl Fn(&State) -> bool) {
        self.discord.wait_for(what, |state| so(state).then_some(())).await;
    }

    /// Whether a message stands.
    pub(crate) fn stands(&self, message: &Message) -> bool {
        self.discord.message(message).deleted_at.is_none()
    }
}

/// Whether words that have to stand somewhere do.
pub(crate) fn reads(text: &str, what: &str, wanted: &[&str]) -> anyhow::Result<()> {
    for words in wanted {
        ensure!(
            text.contains(words),
            "{what} should say \"{words}\"; it says:\n{text}"
        );
    }
    Ok(())
}

/// The custom id of a message's button, which must be there and not be greyed out.
pub(crate) fn button(message: &Message, action: &str) -> anyhow::Result<String> {
    let rows = message
        .components
        .iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let mut ids = rows
        .filter(|button| button["disabled"] != true)
        .filter_map(|button| button["custom_id"].as_str().map(str::to_owned));
    ids.find(|id| {
        id.strip_prefix(action)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
    .with_context(|| format!("no button {action} on:\n{}", words_of(message)))
}

/// What stands on a button.
fn label(message: &Message, button: &str) -> String {
    let mut buttons = message
        .components
        .iter()
        .flat_map(|row| row["components"].as_array().into_iter().flatten());
    let found = buttons.find(|one| one["custom_id"] == button);
    found
        .and_then(|one| one["label"].as_str())
        .unwrap_or(button)
        .to_owned()
}

/// Whether a timeout holds a member for more than `span` from now.
pub(crate) fn timed_out(state: &State, user: Id, span: Duration) -> bool {
    let mut members = state.guilds.keys().filter_map(|guild| state.member(*guild, user));
    let until = members.find_map(|member| member.communication_disabled_until);
    until.is_some_and(|until| until > state.now().plus(span))
}

/// Whether somebody is in the server.
pub(crate) fn is_here(state: &State, user: Id) -> bool {
    state
        .guilds
        .keys()
        .any(|guild| state.member(*guild, user).is_some())
}

/// Whether somebody is in a thread.
pub(crate) fn in_thread(state: &State, thread: Id, user: Id) -> bool {
    let channel = state.channels.get(&thread);
    let details = channel.and_then(|channel| channel.thread.as_ref());
    details.is_some_and(|details| details.members.contains_key(&user))
}

pub(crate) fn refused(reason: impl std::fmt::Debug) -> anyhow::Error {
    anyhow!("Discord would not let them: {reason:?}")
}

/// What a reader sees of a message, line by line.
pub(crate) fn words_of(message: &Message) -> String {
    let mut lines = vec![message.content.clone()];
    for embed in &message.embeds {
        lines.extend(
            ["title", "description"].map(|field| embed[field].as_str().unwrap_or_default().to_owned()),
        );
        for field in embed["fields"].as_array().into_iter().flatten() {
            let part = |name: &str| field[name].as_str().unwrap_or_default().to_owned();
            lines.push(format!("{}: {}", part("name"), part("value")));
        }
        lines.push(embed["footer"]["text"].as_str().unwrap_or_default().to_owned());
    }
    for row in &message.components {
        let labels = row["components"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|button| button["label"].as_str());
        let labels: Vec<String> = labels.map(|label| format!("[ {label} ]")).collect();
        lines.push(labels.join(" "));
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

pub(crate) fn chapter(title: &str) {
    println!("\n== {title}");
}

pub(crate) fn says(place: &str, name: &str, text: &str) {
    println!("  {place}  {name}: {text}");
}

pub(crate) fn outcome(text: &str) {
    println!("  -> {text}");
}
