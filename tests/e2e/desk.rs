//! The desk when things go wrong: double presses, lost threads, refusals, restarts, secrets, people without rights.

use fake_discord::actors::{Exchange, Given, Modal};
use fake_discord::ids::Id;
use fake_discord::world::{Message, World};

use crate::night::{Night, button, everything_in, in_thread, night, night_in};
use crate::tickets::{opens_a_ticket, submits};

const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";
const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// Alice's ticket with its thread, its first card and its card for staff.
struct Opened {
    thread: Id,
    welcome: Message,
    card: Message,
}

async fn opened(night: &Night) -> Opened {
    opens_a_ticket(night, "alice").await;
    let thread = night.ticket_thread_of("alice").await.id;
    let welcome = night.discord.next_message_in(thread).await;
    let card = night.discord.next_message_in("staff").await;
    Opened {
        thread,
        welcome,
        card,
    }
}

/// Presses a button and gives the words of the answer.
async fn presses(night: &Night, name: &str, message: &Message, action: &str) -> String {
    let id = button(&night.discord.message(message), action);
    let exchange = night
        .member(name)
        .clicks(message, &id)
        .expect("the button can be pressed");
    everything_in(&night.answered(&exchange).await)
}

async fn runs(night: &Night, name: &str, channel: &str, command: &str, options: &[(&str, Given)]) -> String {
    let exchange = night
        .member(name)
        .runs_command(channel, command, options)
        .expect("the command is offered");
    everything_in(&night.answered(&exchange).await)
}

async fn form_of(night: &Night, name: &str) -> Modal {
    let area: [(&str, Given); 1] = [("area", "funds".into())];
    night
        .member(name)
        .runs_command("support", "ticket open", &area)
        .unwrap()
        .modal()
        .await
}

fn number(number: i64) -> [(&'static str, Given); 1] {
    [("ticket", number.into())]
}

#[tokio::test]
async fn twenty_submits_of_one_form_open_one_ticket() {
    night(async |night| {
        let mut forms = Vec::new();
        for _ in 0..20 {
            forms.push(form_of(night, "alice").await);
        }
        let sent: Vec<Exchange> = forms.iter().map(|form| submits(night, "alice", form)).collect();
        for exchange in &sent {
            let words = everything_in(&night.answered(exchange).await);
            assert!(words.contains("#1"), "{words}");
        }
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
        night.discord.mark_all_read();
        let state = night.discord.state();
        let threads = state
            .channels
            .values()
            .filter(|channel| channel.thread.is_some())
            .count();
        assert_eq!(threads, 1);
    })
    .await;
}

#[tokio::test]
async fn a_form_opened_before_a_kill_and_submitted_after_the_restart_is_one_ticket() {
    night(async |night| {
        let form = form_of(night, "alice").await;
        night.kills_bot().await;
        night.starts_bot().await;
        let sent = submits(night, "alice", &form);
        let words = everything_in(&night.answered(&sent).await);
        assert!(words.contains("#1"), "{words}");
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
    })
    .await;
}

#[tokio::test]
async fn a_deleted_thread_keeps_the_ticket_alive_and_a_press_makes_a_new_one() {
    night(async |night| {
        let ticket = opened(night).await;
        night.member("olivia").deletes_channel(ticket.thread).unwrap();
        let card = night
            .until_message(ticket.card.id, "the card to say so", |words| {
                words.contains("is gone")
            })
            .await;
        assert!(
            button(&card, "v1:new-thread").contains("new-thread"),
            "staff may, too"
        );
        let told = night.dm_to("alice").await;
        let words = everything_in(&told);
        assert!(words.contains("Your ticket stands"), "{words}");
        let press = night
            .member("alice")
            .clicks(&told, &button(&told, "v1:new-thread"))
            .unwrap();
        night.answered(&press).await;
        let again = night
            .discord
            .wait_for("a second thread", |state| {
                let mut threads = state.channels.values().filter(|channel| channel.thread.is_some());
                threads
                    .find(|channel| channel.id != ticket.thread)
                    .map(|channel| channel.id)
            })
            .await;
        let welcome = night.discord.next_message_in(again).await;
        assert!(everything_in(&welcome).contains("takes the place of the earlier one"));
        let alice = night.member("alice").id;
        assert!(in_thread(&night.discord.state(), again, alice));
    })
    .await;
}

#[tokio::test]
async fn a_refused_thread_leaves_the_ticket_and_offers_another_try() {
    night(async |night| {
        night.expects_trouble();
        let threads = "/channels/{channel_id}/threads";
        night.discord.rest().faults.fail("POST", threads, 1, 403, 50_013);
        let form = form_of(night, "alice").await;
        let sent = submits(night, "alice", &form);
        let answer = night.answered(&sent).await;
        assert!(everything_in(&answer).contains("#1"));
        let dm = night.dm_to("alice").await;
        assert!(
            everything_in(&dm).contains("what you wrote is kept"),
            "{}",
            everything_in(&dm)
        );
        let card = night.discord.next_message_in("staff").await;
        night
            .until_message(card.id, "the card to say so", |words| {
                words.contains("did not let me")
            })
            .await;

        presses(night, "alice", &dm, "v1:new-thread").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn it_is_broken_does_not_escalate_and_a_whole_packet_does() {
    night(async |night| {
        let ticket = opened(night).await;
        let form = night
            .member("sam")
            .clicks(&ticket.card, &button(&ticket.card, "v1:escalate"))
            .unwrap()
            .modal()
            .await;
        let vague = [
            ("summary", "it's broken"),
            ("expected", "it should work"),
            ("actual", "it doesn't work"),
            ("tried", "nothing"),
            ("references", "none"),
        ];
        let sent = night.member("sam").submits(&form, &vague).unwrap();
        let refusal = night.answered(&sent).await;
        let words = everything_in(&refusal);
        assert!(
            words.contains("not escalated yet") && words.contains("none because"),
            "{words}"
        );

        let again = night
            .member("sam")
            .clicks(&refusal, &button(&refusal, "v1:escalate"))
            .unwrap()
            .modal()
            .await;
        let whole = [
            ("summary", "Swap of 250 USDC pending since noon"),
            ("expected", "The swap confirms within minutes on Arbitrum"),
            ("actual", "Pending for six hours, balance unchanged"),
            ("tried", "Explorer checked, wallet app restarted"),
            ("references", HASH),
        ];
        let sent = night.member("sam").submits(&again, &whole).unwrap();
        let words = everything_in(&night.answered(&sent).await);
        assert!(words.contains("Engineering"), "{words}");

        let packet = everything_in(&night.discord.next_message_in("staff").await);
        assert!(
            packet.contains(HASH) && packet.contains("etherscan.io/tx/"),
            "{packet}"
        );
        let told = everything_in(&night.discord.next_message_in(ticket.thread).await);
        assert!(told.contains("need not repeat"), "{told}");
        night
            .until_message(ticket.card.id, "the card to say so", |words| {
                words.contains("escalated")
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn two_agents_claim_together_and_the_loser_hears_who_won() {
    night(async |night| {
        let ticket = opened(night).await;
        let id = button(&ticket.card, "v1:claim");
        let first = night.member("sam").clicks(&ticket.card, &id).unwrap();
        let second = night.member("lena").clicks(&ticket.card, &id).unwrap();
        let words = [
            everything_in(&night.answered(&first).await),
            everything_in(&night.answered(&second).await),
        ];
        assert_eq!(
            words.iter().filter(|words| words.contains("is yours")).count(),
            1,
            "{words:?}"
        );
        let winner = if words[0].contains("is yours") {
            "sam"
        } else {
            "lena"
        };
        let lost = words.iter().find(|words| !words.contains("is yours")).unwrap();
        assert!(lost.contains(&night.member(winner).mention()), "{lost}");
        let told = everything_in(&night.discord.next_message_in(ticket.thread).await);
        assert!(told.contains(&night.member(winner).mention()), "{told}");
    })
    .await;
}

#[tokio::test]
async fn an_agent_joins_from_the_card_without_taking_the_ticket() {
    night(async |night| {
        let ticket = opened(night).await;
        presses(night, "lena", &ticket.card, "v1:join").await;
        let lena = night.member("lena").id;
        night
            .discord
            .wait_for("the agent in the thread", |state| {
                in_thread(state, ticket.thread, lena).then_some(())
            })
            .await;
        let list = runs(night, "lena", "staff", "ticket list", &[]).await;
        assert!(list.contains("nobody has it"), "{list}");
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_assigned_to_an_agent_handed_on_noted_and_shown() {
    night(async |night| {
        let ticket = opened(night).await;
        let to =
            |name: &str| -> [(&'static str, Given); 2] { [("agent", name.into()), ("ticket", 1.into())] };
        let refused = runs(night, "sam", "staff", "ticket assign", &to("bob")).await;
        assert!(refused.contains("no support role"), "{refused}");
        runs(night, "sam", "staff", "ticket assign", &to("sam")).await;
        night.discord.next_message_in(ticket.thread).await;
        let refused = runs(night, "lena", "staff", "ticket transfer", &to("lena")).await;
        assert!(refused.contains("Only they"), "{refused}");
        runs(night, "sam", "staff", "ticket transfer", &to("lena")).await;
        let told = everything_in(&night.discord.next_message_in(ticket.thread).await);
        assert!(told.contains(&night.member("lena").mention()), "{told}");

        let note: [(&str, Given); 2] = [
            ("text", "Called the exchange, they see the deposit.".into()),
            ("ticket", 1.into()),
        ];
        runs(night, "lena", "staff", "ticket note", &note).await;
        let shown = runs(night, "sam", "staff", "ticket show", &number(1)).await;
        assert!(shown.contains("Called the exchange"), "{shown}");
        let own = runs(night, "alice", "support", "ticket show", &number(1)).await;
        assert!(
            own.contains("stuck") && !own.contains("Called the exchange"),
            "{own}"
        );
    })
    .await;
}

#[tokio::test]
async fn people_without_a_support_role_work_no_tickets() {
    night(async |night| {
        let ticket = opened(night).await;
        for command in [
            "ticket claim",
            "ticket show",
            "ticket close",
            "ticket reopen",
            "escalate",
        ] {
            let words = runs(night, "bob", "general", command, &number(1)).await;
            assert!(
                words.contains("There is no ticket #1 here that you can see"),
                "{command}: {words}"
            );
        }
        // A moderator sees the staff channel, but tickets are none of their business without a support tier.
        for action in ["v1:claim", "v1:join", "v1:escalate", "v1:close"] {
            let words = presses(night, "max", &ticket.card, action).await;
            assert!(
                words.contains("support role") || words.contains("no ticket's thread"),
                "{action}: {words}"
            );
        }
        let words = runs(night, "alice", "support", "ticket claim", &number(1)).await;
        assert!(words.contains("support role"), "{words}");
        let words = runs(night, "bob", "general", "ticket panel", &[]).await;
        assert!(words.contains("Manage Server"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn a_member_closes_their_ticket_and_opens_it_again() {
    night(async |night| {
        let ticket = opened(night).await;
        let words = presses(night, "alice", &ticket.welcome, "v1:close").await;
        assert!(words.contains("is closed"), "{words}");
        night.discord.next_message_in(ticket.thread).await;
        let words = runs(night, "alice", "support", "ticket reopen", &number(1)).await;
        assert!(words.contains("open again"), "{words}");
        night.discord.next_message_in(ticket.thread).await;
        let words = runs(night, "alice", "support", "ticket list", &[]).await;
        assert!(words.contains("#1"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn a_seed_phrase_in_a_form_reaches_nobody_and_its_owner_is_told_what_to_do() {
    night(async |night| {
        let form = form_of(night, "alice").await;
        let fields = form.fields();
        let answers: Vec<(&str, &str)> = fields
            .iter()
            .map(|field| {
                (
                    field.custom_id.as_str(),
                    if field.custom_id == "happened" {
                        PHRASE
                    } else {
                        "no"
                    },
                )
            })
            .collect();
        let sent = night.member("alice").submits(&form, &answers).unwrap();
        let words = everything_in(&night.answered(&sent).await);
        assert!(
            words.contains("new** wallet") || words.contains("**new** wallet"),
            "{words}"
        );
        let thread = night.ticket_thread_of("alice").await.id;
        let welcome = everything_in(&night.discord.next_message_in(thread).await);
        let card = everything_in(&night.discord.next_message_in("staff").await);
        for text in [&words, &welcome, &card] {
            assert!(!text.contains("sausage"), "{text}");
        }
        night.stops_bot().await;
        for entry in std::fs::read_dir(night.folder()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&bytes).contains("sausage"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_guild_that_nobody_set_up_refuses_clearly() {
    night_in(World::community(), async |night| {
        night.dm_to("olivia").await;
        let words = runs(night, "alice", "support", "ticket open", &[]).await;
        assert!(
            words.contains("not set up") && words.contains("/setup channels"),
            "{words}"
        );
        let words = runs(night, "ava", "support", "ticket panel", &[]).await;
        assert!(words.contains("/setup channels"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_ticket_open_is_shown_it_instead_of_the_form() {
    night(async |night| {
        let ticket = opened(night).await;
        let area: [(&str, Given); 1] = [("area", "transaction".into())];
        let words = runs(night, "alice", "support", "ticket open", &area).await;
        assert!(
            words.contains("ticket #1") && words.contains(&ticket.thread.to_string()),
            "{words}"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_an_agent_has_blocked_opens_no_ticket_until_an_agent_lets_them() {
    night(async |night| {
        let flood: [(&str, Given); 2] = [
            ("member", "mallory".into()),
            ("reason", "forty tickets in an hour".into()),
        ];
        let refused = runs(night, "bob", "general", "ticket block", &flood).await;
        assert!(refused.contains("support role"), "{refused}");
        let colleague: [(&str, Given); 2] = [("member", "lena".into()), ("reason", "no".into())];
        let refused = runs(night, "sam", "staff", "ticket block", &colleague).await;
        assert!(refused.contains("works tickets"), "{refused}");
        let blocked = runs(night, "sam", "staff", "ticket block", &flood).await;
        assert!(blocked.contains("forty tickets in an hour"), "{blocked}");

        let form = form_of(night, "mallory").await;
        let sent = submits(night, "mallory", &form);
        let words = everything_in(&night.answered(&sent).await);
        assert!(words.contains("cannot open tickets"), "{words}");
        assert!(!words.contains("forty"), "the reason is for staff: {words}");

        let member: [(&str, Given); 1] = [("member", "mallory".into())];
        let words = runs(night, "lena", "staff", "ticket unblock", &member).await;
        assert!(words.contains("again"), "{words}");
        let words = runs(night, "lena", "staff", "ticket unblock", &member).await;
        assert!(words.contains("Nobody has kept"), "{words}");
        let form = form_of(night, "mallory").await;
        let sent = submits(night, "mallory", &form);
        let words = everything_in(&night.answered(&sent).await);
        assert!(words.contains("#1"), "{words}");
        let thread = night.ticket_thread_of("mallory").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
    })
    .await;
}
