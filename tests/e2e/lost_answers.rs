//! The answer to every write is lost: Discord has applied it, the bot never hears of it. Asserted from Discord's side:
//! everything is there once, nothing twice, nothing is orphaned. Kills at every write are in [`super::restart`].

use fake_discord::actors::{Given, Modal};
use fake_discord::ids::Id;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::world::{Message, State};

use crate::night::{Night, SCAM, button, everything_in, night, timed_out};
use crate::tickets::{opens_a_ticket, submits};

/// Something people do that makes the bot write.
trait Deed: Sized {
    /// Brings the guild to where it can be done.
    async fn prepared(night: &Night) -> Self;
    /// Does it, without waiting for anything. Doing it again must be harmless.
    fn act(&self, night: &Night);
    /// What of it is not there yet, or there too often; `None` once all is there exactly once.
    fn lacks(&self, state: &State) -> Option<String>;
}

/// Loses the answer to the first write of a deed, then to its second, and so on until the deed has no further write.
async fn survives_a_lost_answer_to_every_write<D: Deed>() {
    for write in 0.. {
        assert!(write < 40, "a deed that never stops writing");
        let mut writes = 0;
        night(async |night| {
            let deed = D::prepared(night).await;
            night.until_idle().await;
            let before = night.discord.rest().record.len();
            let lost = Which::writes().after(write);
            night.discord.rest().faults.arm(lost, 1, Fault::DropAnswer);
            deed.act(night);
            all_there(night, &deed).await;
            night.until_idle().await;
            let lacks = deed.lacks(&night.discord.state());
            assert!(lacks.is_none(), "the answer to write {write} was lost: {lacks:?}");
            night.stops_bot().await;
            night.discord.mark_all_read();
            let requests = night.discord.rest().record.all();
            writes = requests
                .iter()
                .skip(before)
                .filter(|one| one.method != "GET")
                .count() as u64;
        })
        .await;
        if writes <= write {
            return;
        }
    }
}

async fn all_there<D: Deed>(night: &Night, deed: &D) {
    night
        .discord
        .wait_within(
            std::time::Duration::from_mins(1),
            "everything to be there",
            |state| deed.lacks(state).is_none().then_some(()),
        )
        .await;
}

/// What a reader of a channel sees that carries these words or ids.
fn seen(state: &State, channel: Id, words: &str) -> usize {
    state
        .messages_in(channel)
        .filter(|message| everything_in(message).contains(words))
        .count()
}

fn channel(state: &State, name: &str) -> Id {
    state
        .channels
        .values()
        .find(|channel| channel.name.as_deref() == Some(name))
        .map(|channel| channel.id)
        .expect("the channel is there")
}

fn inbox(state: &State, name: &str) -> usize {
    let person = state.user_named(name).expect("the person is there").id;
    state
        .direct_message_with(person)
        .map_or(0, |inbox| state.messages_in(inbox).count())
}

/// Names the counts that are not what they should be.
fn wrong(counts: &[(&str, usize, usize)]) -> Option<String> {
    let wrong: Vec<String> = counts
        .iter()
        .filter(|(_, is, wanted)| is != wanted)
        .map(|(what, is, wanted)| format!("{what}: {is} instead of {wanted}"))
        .collect();
    (!wrong.is_empty()).then(|| wrong.join(", "))
}

/// A scam is removed.
struct Removal;

impl Deed for Removal {
    async fn prepared(_: &Night) -> Self {
        Self
    }

    fn act(&self, night: &Night) {
        night
            .member("mallory")
            .says("general", SCAM)
            .expect("mallory may post");
    }

    fn lacks(&self, state: &State) -> Option<String> {
        let mallory = state.user_named("mallory")?.id;
        wrong(&[
            (
                "scams in general",
                seen(state, channel(state, "general"), "claim-airdrop"),
                0,
            ),
            (
                "review cards",
                seen(state, channel(state, "mod-log"), "v1:confirm:"),
                1,
            ),
            ("messages to mallory", inbox(state, "mallory"), 1),
            ("timeouts", usize::from(timed_out(state, mallory)), 1),
        ])
    }
}

/// A removed message is put back.
struct Restore {
    card: Message,
}

impl Deed for Restore {
    async fn prepared(night: &Night) -> Self {
        let scam = night
            .member("mallory")
            .says("general", SCAM)
            .expect("mallory may post");
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        Self { card }
    }

    fn act(&self, night: &Night) {
        let id = button(&self.card, "v1:restore");
        night
            .member("max")
            .clicks(&self.card, &id)
            .expect("the button can be pressed");
    }

    fn lacks(&self, state: &State) -> Option<String> {
        let mallory = state.user_named("mallory")?.id;
        wrong(&[
            (
                "messages put back",
                seen(state, channel(state, "general"), "claim-airdrop"),
                1,
            ),
            ("messages to mallory", inbox(state, "mallory"), 2),
            ("timeouts", usize::from(timed_out(state, mallory)), 0),
        ])
    }
}

/// A ticket is opened.
struct Opening {
    form: Modal,
}

impl Deed for Opening {
    async fn prepared(night: &Night) -> Self {
        let area: [(&str, Given); 1] = [("area", "transaction".into())];
        let asked = night
            .member("alice")
            .runs_command("support", "ticket open", &area);
        Self {
            form: asked.expect("the command is offered").modal().await,
        }
    }

    fn act(&self, night: &Night) {
        submits(night, "alice", &self.form);
    }

    fn lacks(&self, state: &State) -> Option<String> {
        let alice = state.user_named("alice")?.id;
        let threads: Vec<_> = state.threads_of(channel(state, "support")).collect();
        let with_alice = threads
            .iter()
            .filter(|thread| {
                thread
                    .thread
                    .as_ref()
                    .is_some_and(|thread| thread.members.contains_key(&alice))
            })
            .count();
        let welcomes = threads
            .iter()
            .map(|thread| seen(state, thread.id, "v1:close:"))
            .sum();
        wrong(&[
            ("threads", threads.len(), 1),
            ("threads with alice", with_alice, 1),
            ("welcomes", welcomes, 1),
            (
                "staff cards",
                seen(state, channel(state, "staff"), "v1:claim:"),
                1,
            ),
        ])
    }
}

/// An open ticket that Sam has claimed.
struct Claimed {
    thread: Id,
    card: Message,
    said: usize,
    inbox: usize,
    staff: usize,
}

impl Claimed {
    async fn by_sam(night: &Night) -> Self {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        let card = night.discord.next_message_in("staff").await;
        let sam = night.member("sam");
        night
            .answered(&sam.clicks(&card, &button(&card, "v1:claim")).expect("a button"))
            .await;
        night.discord.next_message_in(thread).await;
        night.until_idle().await;
        let state = night.discord.state();
        let staff = channel(&state, "staff");
        Self {
            thread,
            said: state.messages_in(thread).count(),
            inbox: inbox(&state, "alice"),
            staff: state.messages_in(staff).count(),
            card,
        }
    }
}

/// A ticket is closed.
struct Closing(Claimed);

impl Deed for Closing {
    async fn prepared(night: &Night) -> Self {
        Self(Claimed::by_sam(night).await)
    }

    fn act(&self, night: &Night) {
        let close: [(&str, Given); 2] = [("reason", "The swap went through.".into()), ("ticket", 1.into())];
        night
            .member("sam")
            .runs_command("staff", "ticket close", &close)
            .expect("the command is offered");
    }

    fn lacks(&self, state: &State) -> Option<String> {
        let details = state.channels.get(&self.0.thread)?.thread.as_ref()?;
        wrong(&[
            (
                "archived and locked threads",
                usize::from(details.archived && details.locked),
                1,
            ),
            (
                "notices in the thread",
                state.messages_in(self.0.thread).count() - self.0.said,
                1,
            ),
            ("messages to alice", inbox(state, "alice") - self.0.inbox, 1),
            (
                "staff cards",
                state.messages_in(channel(state, "staff")).count(),
                self.0.staff,
            ),
        ])
    }
}

/// A ticket is escalated.
struct Escalation {
    ticket: Claimed,
    form: Modal,
}

impl Deed for Escalation {
    async fn prepared(night: &Night) -> Self {
        let ticket = Claimed::by_sam(night).await;
        let card = night.discord.message(&ticket.card);
        let pressed = night.member("sam").clicks(&card, &button(&card, "v1:escalate"));
        Self {
            form: pressed.expect("a button").modal().await,
            ticket,
        }
    }

    fn act(&self, night: &Night) {
        let packet = [
            ("summary", "Swap of 250 USDC pending since noon"),
            ("expected", "The swap confirms within minutes on Arbitrum"),
            ("actual", "Pending for six hours, balance unchanged"),
            ("tried", "Explorer checked, wallet app restarted"),
            (
                "references",
                "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b",
            ),
        ];
        night
            .member("sam")
            .submits(&self.form, &packet)
            .expect("the form is accepted");
    }

    fn lacks(&self, state: &State) -> Option<String> {
        wrong(&[
            (
                "escalation cards",
                state.messages_in(channel(state, "staff")).count() - self.ticket.staff,
                1,
            ),
            (
                "notices in the thread",
                state.messages_in(self.ticket.thread).count() - self.ticket.said,
                1,
            ),
        ])
    }
}

#[tokio::test]
async fn a_removal_survives_the_loss_of_each_answer() {
    survives_a_lost_answer_to_every_write::<Removal>().await;
}

#[tokio::test]
async fn a_restore_survives_the_loss_of_each_answer() {
    survives_a_lost_answer_to_every_write::<Restore>().await;
}

#[tokio::test]
async fn an_opening_survives_the_loss_of_each_answer() {
    survives_a_lost_answer_to_every_write::<Opening>().await;
}

#[tokio::test]
async fn a_closing_survives_the_loss_of_each_answer() {
    survives_a_lost_answer_to_every_write::<Closing>().await;
}

#[tokio::test]
async fn an_escalation_survives_the_loss_of_each_answer() {
    survives_a_lost_answer_to_every_write::<Escalation>().await;
}
