//! The bot killed, restarted, pressed fifty times at once; threads deleted under it: nothing is lost, nothing done twice.
//!
//! What came out is always read from Discord's state, never from the bot's database: a member sees the former only.

mod campaigns;
mod desk;
mod kills;
mod moderation;
mod notices;
mod presses;
mod sanctions;
mod stopping;
mod threads;
mod titles;
mod undoing;
mod waves;

use fake_discord::actors::{Answer, Exchange};
use fake_discord::world::{Author, Channel, Message, State, message_flags};

use crate::night::Night;

/// Every message in a channel that the bot sent or had sent by its webhook, as people see it now.
fn posted_in(state: &State, channel: fake_discord::Id) -> Vec<Message> {
    let bot = state.bot_id();
    let everything = state.messages_in(channel);
    everything
        .filter(|message| message.deleted_at.is_none() && message.flags & message_flags::EPHEMERAL == 0)
        // Discord itself says in a thread who was added to it.
        .filter(|message| message.kind.is_written())
        .filter(|message| match &message.author {
            Author::User(user) => *user == bot,
            Author::Webhook { .. } => true,
        })
        .cloned()
        .collect()
}

/// Everything the bot has posted in a channel, which has to be this many messages.
#[track_caller]
fn exactly(night: &Night, count: usize, what: &str, channel: &str) -> Vec<Message> {
    let state = night.discord.state();
    let id = state.channel_named(channel).expect("the channel is there").id;
    let found = posted_in(&state, id);
    assert_eq!(found.len(), count, "{what} in #{channel}: {found:#?}");
    found
}

/// Everything the bot has posted in a thread, which has to be this many messages.
#[track_caller]
fn exactly_in_thread(night: &Night, count: usize, what: &str, thread: &Channel) -> Vec<Message> {
    let found = posted_in(&night.discord.state(), thread.id);
    assert_eq!(found.len(), count, "{what} in the thread: {found:#?}");
    found
}

/// Every direct message to somebody, which has to be this many.
#[track_caller]
fn exactly_told(night: &Night, count: usize, name: &str) -> Vec<Message> {
    let user = night.member(name).id;
    let state = night.discord.state();
    let inbox = state.direct_message_with(user);
    let found = inbox.map(|inbox| posted_in(&state, inbox)).unwrap_or_default();
    assert_eq!(found.len(), count, "direct messages to {name}: {found:#?}");
    found
}

/// The only thread under the support channel, alive or archived.
#[track_caller]
fn the_only_thread(night: &Night) -> Channel {
    let state = night.discord.state();
    let support = state.channel_named("support").expect("the support channel").id;
    let mut threads: Vec<Channel> = state.threads_of(support).cloned().collect();
    assert_eq!(threads.len(), 1, "one thread: {threads:#?}");
    threads.remove(0)
}

/// What a person sees first, once it is there; a message of the bot that says "thinking…" is not an answer yet.
async fn answer_to(night: &Night, exchange: &Exchange) -> Answer {
    let id = exchange.id;
    night
        .discord
        .wait_for("an answer", |state| {
            (!state.interactions[&id].responses.is_empty()).then_some(())
        })
        .await;
    match exchange.answer().await {
        Answer::Deferred { .. } | Answer::DeferredUpdate => {
            Answer::Message(Box::new(night.answered(exchange).await))
        }
        answer => answer,
    }
}

/// Whether a person has been left without an answer: nothing came, or it stayed at "thinking…".
fn is_unanswered(exchange: &Exchange) -> bool {
    exchange.responses().is_empty()
        || exchange
            .original()
            .is_some_and(|message| message.flags & message_flags::LOADING != 0)
}
