//! What each way of Discord's to fail comes to: refusals, limits, lost answers, silence. Every test looks at the world
//! afterwards: nothing is done twice, nothing is lost in silence.
//!
//! A whole limiter of the real client is tried in `limiter`, a database that refuses in `locked`.

use std::time::Duration;

use fake_discord::rest::error::Refusal;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::rest::limits::{Limited, Scope};
use fake_discord::rest::record::Recorded;
use fake_discord::world::{Author, Message};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::night::{Night, SCAM, another_scam, button, everything_in, in_thread, night, timed_out};
use crate::tickets::{opens_a_ticket, submits};

const DELETE: (&str, &str) = ("DELETE", "/channels/{channel_id}/messages/{message_id}");
const POST: (&str, &str) = ("POST", "/channels/{channel_id}/messages");
const THREAD: (&str, &str) = ("POST", "/channels/{channel_id}/threads");
const EDIT_CHANNEL: (&str, &str) = ("PATCH", "/channels/{channel_id}");
const EDIT_MEMBER: (&str, &str) = ("PATCH", "/guilds/{guild_id}/members/{user_id}");
const ANSWER: (&str, &str) = (
    "POST",
    "/interactions/{interaction_id}/{interaction_token}/callback",
);

/// The next `times` requests of a route are refused like this.
fn refuses(night: &Night, (method, route): (&str, &str), times: u64, status: u16, code: u32) {
    night
        .discord
        .rest()
        .faults
        .fail(method, route, times, status, code);
}

/// Something else happens to the next `times` requests of a route.
fn strikes(night: &Night, (method, route): (&str, &str), times: u64, fault: Fault) {
    let which = Which::route(method, route);
    night.discord.rest().faults.arm(which, times, fault);
}

/// The requests of a route so far.
fn requests(night: &Night, (method, route): (&str, &str)) -> Vec<Recorded> {
    let mut all = night.discord.rest().record.all();
    all.retain(|request| request.method == method && request.route == Some(route));
    all
}

/// How the effects of this kind ended: state and counted attempts. Waits until all of them have.
pub async fn ends_of(night: &Night, kind: &str) -> Vec<(String, i64)> {
    let options = SqliteConnectOptions::new()
        .filename(night.database())
        .read_only(true);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("the database can be read");
    for _ in 0..1500 {
        let ends: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, attempts FROM effects WHERE effect ->> 'do' = $1 ORDER BY id")
                .bind(kind)
                .fetch_all(&mut connection)
                .await
                .expect("the effects can be read");
        let open = |(state, _): &(String, i64)| state == "planned" || state == "sending";
        if !ends.is_empty() && !ends.iter().any(open) {
            return ends;
        }
        // Another process has no signal for a change in its database: look again shortly.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("an effect {kind} never ended");
}

fn done(times: i64) -> (String, i64) {
    ("done".to_owned(), times)
}

/// Somebody's scam, and its card. Whoever did it once is timed out: each time somebody else does it.
async fn scam_and_card(night: &Night, name: &str) -> (Message, Message) {
    let scam = night.member(name).says("general", &another_scam()).unwrap();
    (scam, night.review_card().await)
}

/// How many ticket threads there are.
fn threads_of_tickets(night: &Night) -> usize {
    let support = night.discord.channel("support").id;
    night.discord.state().threads_of(support).count()
}

/// The messages that were put back in a channel.
fn put_back(night: &Night, channel: &str) -> usize {
    let posted = night.discord.messages_in(channel);
    let is_back = |message: &&Message| matches!(message.author, Author::Webhook { .. });
    posted.iter().filter(is_back).count()
}

/// The cards that stand in the mod log.
fn cards(night: &Night) -> usize {
    night.discord.messages_in("mod-log").len()
}

#[tokio::test]
async fn a_message_that_is_gone_already_counts_as_removed() {
    night(async |night| {
        for (name, code) in [("mallory", 10_003), ("bob", 10_008)] {
            refuses(night, DELETE, 1, 404, code);
            let (_, card) = scam_and_card(night, name).await;
            night.dm_to(name).await;
            let ends = ends_of(night, "delete-message").await;
            assert_eq!(ends.last(), Some(&done(0)), "{code}");
            let words = everything_in(&night.discord.message(&card));
            assert!(!words.contains("it failed"), "{code}: {words}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_removal_ends_at_once_and_the_card_says_why() {
    night(async |night| {
        night.expects_trouble();
        for (name, status, code) in [
            ("mallory", 403, 50_001),
            ("bob", 403, 50_013),
            ("alice", 400, 50_035),
        ] {
            let before = requests(night, DELETE).len();
            refuses(night, DELETE, 1, status, code);
            let (scam, card) = scam_and_card(night, name).await;
            night
                .until_message(card.id, "the card to name the refusal", |words| {
                    words.contains("removing the message: it failed") && words.contains(&code.to_string())
                })
                .await;
            assert!(night.discord.message(&scam).deleted_at.is_none());
            assert_eq!(
                requests(night, DELETE).len(),
                before + 1,
                "{code}: nothing to gain by asking again"
            );
            night.dm_to(name).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_whose_removal_failed_is_not_posted_a_second_time_when_it_is_restored() {
    night(async |night| {
        night.expects_trouble();
        refuses(night, DELETE, 1, 403, 50_013);
        let (scam, card) = scam_and_card(night, "mallory").await;
        night.dm_to("mallory").await;
        assert_eq!(ends_of(night, "delete-message").await, [("failed".to_owned(), 0)]);
        night.presses("max", &card, "v1:restore").await;
        night.dm_to("mallory").await;
        assert_eq!(ends_of(night, "restore-message").await, [done(0)]);
        assert!(night.discord.message(&scam).deleted_at.is_none());
        assert_eq!(put_back(night, "general"), 0, "one of it is enough");
    })
    .await;
}

#[tokio::test]
async fn a_removal_that_still_waits_when_the_case_is_restored_is_called_off() {
    night(async |night| {
        let text = another_scam();
        night.member("mallory").says("general", &text).unwrap();
        let card = night.review_card().await;
        let limited = Limited {
            scope: Scope::Shared,
            retry_after_ms: 4000,
            with_code: true,
        };
        strikes(night, DELETE, 1, Fault::Limit(limited));
        let copy = night.member("bob").says("trading", &text).unwrap();
        let bob = night.member("bob").id;
        night
            .discord
            .wait_for("the copy to be answered", |state| {
                timed_out(state, bob).then_some(())
            })
            .await;
        night.presses("max", &card, "v1:restore").await;
        assert_eq!(ends_of(night, "delete-message").await, [done(0), done(0)]);
        assert_eq!(ends_of(night, "restore-message").await, [done(0), done(0)]);
        assert!(night.discord.message(&copy).deleted_at.is_none());
        assert_eq!(put_back(night, "general"), 1, "what was removed comes back");
        assert_eq!(put_back(night, "trading"), 0, "what stands does not");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_refused_timeout_is_shown_on_the_card_and_the_message_is_removed_all_the_same() {
    night(async |night| {
        night.expects_trouble();
        refuses(night, EDIT_MEMBER, 1, 403, 50_013);
        let (scam, card) = scam_and_card(night, "mallory").await;
        night.discord.until_deleted(&scam).await;
        night
            .until_message(
                card.id,
                "the card to say that the author is not timed out",
                |words| words.contains("timing the author out: it failed") && words.contains("50013"),
            )
            .await;
        assert!(!night.is_timed_out("mallory"));
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn an_opener_who_takes_no_direct_messages_is_noted_on_the_tickets_card() {
    night(async |night| {
        night.expects_trouble();
        night.member("alice").closes_direct_messages();
        refuses(night, THREAD, 1, 403, 50_013);
        let answer = opens_a_ticket(night, "alice").await;
        assert!(answer.contains("#1"), "{answer}");
        let card = night.discord.next_message_in("staff").await;
        night
            .until_message(card.id, "the card to say that she could not be told", |words| {
                words.contains("did not let me make its thread") && words.contains("takes no direct messages")
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn an_archived_thread_is_opened_again_and_the_message_repeated_once() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        let card = night.discord.next_message_in("staff").await;
        refuses(night, POST, 1, 400, 50_083);
        night.presses("sam", &card, "v1:claim").await;
        let told = everything_in(&night.discord.next_message_in(thread).await);
        assert!(told.contains("has taken your ticket"), "{told}");
        let revived = requests(night, EDIT_CHANNEL);
        assert!(
            revived.iter().any(|request| request.body["archived"] == false),
            "{revived:?}"
        );
        let said = night.discord.messages_in(thread);
        let said = said
            .iter()
            .filter(|message| everything_in(message).contains("has taken your ticket"));
        assert_eq!(said.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_thread_that_discord_refuses_leaves_the_ticket_tells_staff_and_gives_the_member_a_retry() {
    night(async |night| {
        night.expects_trouble();
        for (name, code) in [("alice", 160_004), ("bob", 160_005), ("mallory", 160_006)] {
            refuses(night, THREAD, 1, 400, code);
            opens_a_ticket(night, name).await;
            let told = night.dm_to(name).await;
            let card = night.discord.next_message_in("staff").await;
            night
                .until_message(card.id, "the card to say that there is no thread", |words| {
                    words.contains("did not let me make its thread") && words.contains("New thread")
                })
                .await;
            let again = night
                .member(name)
                .clicks(&told, &button(&told, "v1:new-thread"))
                .unwrap();
            night.answered(&again).await;
            let thread = night.ticket_thread_of(name).await;
            night.discord.next_message_in(thread.id).await;
        }
        let threads = threads_of_tickets(night);
        assert_eq!(threads, 3);
    })
    .await;
}

#[tokio::test]
async fn a_press_whose_answer_discord_no_longer_takes_is_carried_out_all_the_same() {
    night(async |night| {
        for (name, status, code) in [("alice", 404, 10_062), ("bob", 400, 40_060)] {
            opens_a_ticket(night, name).await;
            let thread = night.ticket_thread_of(name).await.id;
            night.discord.next_message_in(thread).await;
            let card = night.discord.next_message_in("staff").await;
            refuses(night, ANSWER, 2, status, code);
            let sam = night.member("sam");
            sam.clicks(&card, &button(&card, "v1:claim")).unwrap();
            night
                .discord
                .wait_for("the agent in the thread", |state| {
                    in_thread(state, thread, sam.id).then_some(())
                })
                .await;
            night.discord.next_message_in(thread).await;
            // Whatever is left of the fault must not meet the next question.
            night.discord.rest().faults.disarm();
            let list = sam.runs_command("staff", "ticket list", &[]).unwrap();
            let list = everything_in(&night.answered(&list).await);
            assert!(list.contains(&sam.mention()), "{code}: {list}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_limit_is_waited_out_without_burning_an_attempt() {
    night(async |night| {
        let limited = Limited {
            scope: Scope::Shared,
            retry_after_ms: 700,
            with_code: true,
        };
        strikes(night, DELETE, 2, Fault::Limit(limited.clone()));
        strikes(night, POST, 1, Fault::Limit(limited));
        let (scam, _) = scam_and_card(night, "mallory").await;
        night.discord.until_deleted(&scam).await;
        night.dm_to("mallory").await;
        assert_eq!(ends_of(night, "delete-message").await, [done(0)]);
        assert_eq!(ends_of(night, "post-review-card").await, [done(0)]);
        assert_eq!((requests(night, DELETE).len(), cards(night)), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn a_failing_discord_is_asked_again_until_it_answers_and_nothing_is_there_twice() {
    night(async |night| {
        for (name, status) in [("mallory", 500), ("bob", 502), ("alice", 503)] {
            let (deletes, before) = (requests(night, DELETE).len(), cards(night));
            refuses(night, DELETE, 2, status, 0);
            refuses(night, POST, 1, status, 0);
            let (scam, _) = scam_and_card(night, name).await;
            night.discord.until_deleted(&scam).await;
            night.dm_to(name).await;
            assert_eq!(
                ends_of(night, "delete-message").await.last(),
                Some(&done(2)),
                "{status}"
            );
            assert_eq!(requests(night, DELETE).len(), deletes + 3, "{status}");
            assert_eq!(cards(night), before + 1, "{status}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_a_removal_or_a_card_does_nothing_twice() {
    night(async |night| {
        strikes(night, DELETE, 1, Fault::DropAnswer);
        strikes(night, POST, 2, Fault::DropAnswer);
        let (scam, _) = scam_and_card(night, "mallory").await;
        night.discord.until_deleted(&scam).await;
        night.dm_to("mallory").await;
        assert_eq!(ends_of(night, "post-review-card").await, [done(0)]);
        assert_eq!(ends_of(night, "tell-author").await.len(), 1);
        let inbox = night.member("mallory").direct_messages();
        assert_eq!((cards(night), night.discord.messages_in(inbox).len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_a_new_thread_makes_no_second_thread() {
    night(async |night| {
        strikes(night, THREAD, 1, Fault::DropAnswer);
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
        let threads = threads_of_tickets(night);
        assert_eq!(threads, 1);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_an_interaction_shows_the_person_one_answer() {
    night(async |night| {
        strikes(night, ANSWER, 1, Fault::DropAnswer);
        let run = night
            .member("alice")
            .runs_command("support", "ticket open", &[("area", "account".into())])
            .unwrap();
        let form = run.modal().await;
        strikes(night, ANSWER, 1, Fault::DropAnswer);
        let sent = submits(night, "alice", &form);
        let answer = everything_in(&night.answered(&sent).await);
        assert!(answer.contains("#1"), "{answer}");
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_never_answered_is_given_up_and_repeated_once() {
    night(async |night| {
        strikes(night, POST, 1, Fault::Hang);
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        // Whichever of the two went first hangs until the client gives up, after half a minute.
        let direct = night.member("mallory").direct_messages();
        night
            .discord
            .wait_within(Duration::from_mins(2), "a card and a direct message", |state| {
                let log = state.channel_named("mod-log")?.id;
                let there = [log, direct].map(|place| state.messages_in(place).count());
                (there == [1, 1]).then_some(())
            })
            .await;
        night.review_card().await;
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_card_for_staff_that_ended_badly_is_posted_anew() {
    night(async |night| {
        night.expects_trouble();
        let refusal = Refusal::new(403, 50_013, "Missing Permissions");
        let card = Which::route(POST.0, POST.1).about(night.discord.channel("staff").id);
        night.discord.rest().faults.arm(card, 1, Fault::Refuse(refusal));
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        assert_eq!(
            ends_of(night, "post-staff-card").await,
            [("failed".to_owned(), 0)],
            "the card was refused"
        );
        // The reconciler comes round at every start, and every ten minutes.
        night.stops_bot().await;
        night.starts_bot().await;
        let card = night.discord.next_message_in("staff").await;
        button(&card, "v1:claim");
    })
    .await;
}
