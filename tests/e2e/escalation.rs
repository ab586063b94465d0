//! Escalating: the packet, the team that gets it, what the member hears, and two agents at once.
//!
//! What a packet lacks is tried field by field in `desk::packet`; the path of the button in `desk`.

use fake_discord::actors::{Given, Modal};
use fake_discord::ids::Id;
use fake_discord::world::{ChannelKind, Message, World};

use crate::night::{Night, button, everything_in, night, night_in};
use crate::tickets::opens_a_ticket;

const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";

/// What a team can start with.
const PACKET: [(&str, &str); 5] = [
    ("summary", "Swap of 250 USDC pending since noon"),
    ("expected", "The swap confirms within minutes on Arbitrum"),
    ("actual", "Pending for six hours, balance unchanged"),
    ("tried", "Explorer checked, wallet app restarted"),
    ("references", HASH),
];

/// What no team can start with.
const VAGUE: [(&str, &str); 5] = [
    ("summary", "it's broken"),
    ("expected", "it should work"),
    ("actual", "it doesn't work"),
    ("tried", "nothing"),
    ("references", "none"),
];

/// Alice's ticket, claimed by sam, who is in its thread.
async fn claimed(night: &Night) -> (Id, Message) {
    opens_a_ticket(night, "alice").await;
    let thread = night.ticket_thread_of("alice").await.id;
    night.discord.next_message_in(thread).await;
    let card = night.discord.next_message_in("staff").await;
    night.presses("sam", &card, "v1:claim").await;
    night.discord.next_message_in(thread).await;
    (thread, card)
}

async fn form_by_command(night: &Night, name: &str, channel: Id, options: &[(&str, Given)]) -> Modal {
    let run = night.member(name).runs_command(channel, "escalate", options);
    run.expect("the command is offered").modal().await
}

async fn sends(night: &Night, name: &str, form: &Modal, packet: &[(&str, &str)]) -> Message {
    let sent = night.member(name).submits(form, packet);
    night.answered(&sent.expect("the form is accepted")).await
}

/// The escalation cards that stand in a channel.
fn cards_in(night: &Night, channel: &str) -> Vec<String> {
    let all = night.discord.messages_in(channel);
    let texts = all.iter().map(everything_in);
    texts
        .filter(|words| words.contains("Escalation of ticket"))
        .collect()
}

#[tokio::test]
async fn a_packet_that_says_its_broken_is_sent_back_with_what_it_lacks_and_nothing_else_happens() {
    night(async |night| {
        let (thread, _) = claimed(night).await;
        let form = form_by_command(night, "sam", thread, &[]).await;
        let prefilled = form.fields();
        assert!(
            prefilled.iter().any(|field| field
                .value
                .as_deref()
                .is_some_and(|value| value.contains("My swap has been stuck"))),
            "the form holds what the member wrote: {prefilled:?}"
        );

        let refusal = sends(night, "sam", &form, &VAGUE).await;
        let words = everything_in(&refusal);
        for missing in [
            "not escalated yet",
            "What happened instead?",
            "none because",
            "it's broken",
        ] {
            assert!(words.contains(missing), "{missing} in {words}");
        }

        // The whole packet, sent from the refusal's own button, is the only one that leaves a trace.
        let again = night
            .member("sam")
            .clicks(&refusal, &button(&refusal, "v1:escalate"))
            .unwrap()
            .modal()
            .await;
        sends(night, "sam", &again, &PACKET).await;
        night.discord.next_message_in("staff").await;
        night.discord.next_message_in(thread).await;
        assert_eq!(cards_in(night, "staff").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_whole_packet_becomes_a_card_with_a_link_for_the_team_and_an_honest_word_for_the_member() {
    night(async |night| {
        let (thread, card) = claimed(night).await;
        let team: [(&str, Given); 1] = [("team", "Security".into())];
        let form = form_by_command(night, "sam", thread, &team).await;
        assert!(form.title().contains("the Security team"), "{}", form.title());
        let answer = everything_in(&sends(night, "sam", &form, &PACKET).await);
        assert!(answer.contains("Security"), "{answer}");
        assert!(answer.contains("no role says who is in that team"), "{answer}");

        let packet = night.discord.next_message_in("staff").await;
        let words = everything_in(&packet);
        for (field, said) in PACKET {
            assert!(words.contains(said), "{field} in {words}");
        }
        let guild = night.member("alice").guild;
        let link = format!("https://discord.com/channels/{guild}/{thread}");
        assert!(words.contains(&link), "the thread's link in {words}");
        assert!(!packet.mention_everyone && packet.mentions.is_empty());

        let told = everything_in(&night.discord.next_message_in(thread).await);
        assert!(told.contains("the Security team"), "{told}");
        assert!(
            told.contains("can take a day or longer"),
            "no promise that nobody keeps: {told}"
        );
        night
            .until_message(card.id, "the ticket's own card to say so", |words| {
                words.contains("escalated")
            })
            .await;
        assert_eq!(cards_in(night, "staff").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_team_with_a_channel_of_its_own_gets_its_card_there() {
    let world = World::community().private_channel("bridge-team", ChannelKind::Text, &["Support L2"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let own: [(&str, Given); 2] = [("team", "L2".into()), ("channel", "bridge-team".into())];
        let set = night
            .member("ava")
            .runs_command("staff", "setup team", &own)
            .unwrap();
        night.answered(&set).await;

        let (thread, _) = claimed(night).await;
        let team: [(&str, Given); 1] = [("team", "L2".into())];
        let form = form_by_command(night, "sam", thread, &team).await;
        sends(night, "sam", &form, &PACKET).await;
        let card = night.discord.next_message_in("bridge-team").await;
        assert!(everything_in(&card).contains("Escalation of ticket #1"));
        let team = night
            .discord
            .state()
            .role_named("Support L2")
            .expect("the team's role")
            .id;
        assert_eq!(card.mention_roles, [team], "the team is called");
        night.discord.next_message_in(thread).await;
        assert_eq!(cards_in(night, "staff"), Vec::<String>::new());

        // Somebody of the team, who was not in the private thread, gets there from the card.
        let lena = night.member("lena");
        assert!(!lena.can_see(thread));
        night
            .answered(&lena.clicks(&card, &button(&card, "v1:join")).unwrap())
            .await;
        night
            .discord
            .wait_for("the specialist in the thread", |state| {
                crate::night::in_thread(state, thread, lena.id).then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn two_agents_who_escalate_together_send_one_card_and_the_second_hears_of_the_first() {
    night(async |night| {
        let (thread, card) = claimed(night).await;
        let by_command = form_by_command(night, "sam", thread, &[]).await;
        let by_button = night
            .member("lena")
            .clicks(&card, &button(&card, "v1:escalate"))
            .unwrap()
            .modal()
            .await;
        let first = night.member("sam").submits(&by_command, &PACKET).unwrap();
        let second = night.member("lena").submits(&by_button, &PACKET).unwrap();
        let answers = [
            everything_in(&night.answered(&first).await),
            everything_in(&night.answered(&second).await),
        ];
        let late = answers
            .iter()
            .filter(|words| words.contains("escalated since you opened that form"));
        assert_eq!(late.count(), 1, "{answers:?}");
        night.discord.next_message_in("staff").await;
        night.discord.next_message_in(thread).await;
        assert_eq!(cards_in(night, "staff").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_escalates_once_and_a_new_form_escalates_again() {
    night(async |night| {
        let (thread, _) = claimed(night).await;
        let form = form_by_command(night, "sam", thread, &[]).await;
        sends(night, "sam", &form, &PACKET).await;
        night.discord.next_message_in("staff").await;
        night.discord.next_message_in(thread).await;
        let again = everything_in(&sends(night, "sam", &form, &PACKET).await);
        assert!(again.contains("escalated since you opened that form"), "{again}");
        assert_eq!(cards_in(night, "staff").len(), 1);

        let team: [(&str, Given); 1] = [("team", "Security".into())];
        let other = form_by_command(night, "sam", thread, &team).await;
        sends(night, "sam", &other, &PACKET).await;
        let card = everything_in(&night.discord.next_message_in("staff").await);
        assert!(card.contains("Security"), "{card}");
        night.discord.next_message_in(thread).await;
        assert_eq!(cards_in(night, "staff").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_escalates_to_a_team_that_nightdesk_cannot_ping_is_asked_to_tell_them() {
    let world = World::community().overwrite("staff", "lamplighter", &[], &["MENTION_EVERYONE"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let (thread, _) = claimed(night).await;
        let team: [(&str, Given); 1] = [("team", "L2".into())];
        let form = form_by_command(night, "sam", thread, &team).await;
        let answer = everything_in(&sends(night, "sam", &form, &PACKET).await);
        assert!(answer.contains("tell them yourself"), "{answer}");
        assert!(answer.contains("/setup check"), "{answer}");
        let card = everything_in(&night.discord.next_message_in("staff").await);
        assert!(card.contains("Escalation of ticket"), "{card}");
        night.discord.next_message_in(thread).await;
    })
    .await;
}

#[tokio::test]
async fn an_escalated_ticket_can_still_be_claimed_and_closed() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        let card = night.discord.next_message_in("staff").await;
        // Nobody has claimed it: escalating does not need that.
        let form = night
            .member("lena")
            .clicks(&card, &button(&card, "v1:escalate"))
            .unwrap()
            .modal()
            .await;
        sends(night, "lena", &form, &PACKET).await;
        night.discord.next_message_in("staff").await;
        night.discord.next_message_in(thread).await;

        let answer = night.presses("sam", &card, "v1:claim").await;
        assert!(answer.contains("is yours"), "{answer}");
        night.discord.next_message_in(thread).await;
        let sam = night.member("sam").mention();
        night
            .until_message(
                card.id,
                "the card to name the agent and still say escalated",
                |words| words.contains(&sam) && words.contains("escalated"),
            )
            .await;

        let close: [(&str, Given); 2] = [("reason", "The team found it.".into()), ("ticket", 1.into())];
        let closing = night
            .member("sam")
            .runs_command("staff", "ticket close", &close)
            .unwrap();
        night.answered(&closing).await;
        night.discord.next_message_in(thread).await;
        night.dm_to("alice").await;
        night
            .until_message(card.id, "the card to say that it is closed", |words| {
                words.contains("Closed")
            })
            .await;
        let form = night
            .member("sam")
            .runs_command("staff", "escalate", &[("ticket", 1.into())])
            .unwrap();
        let refusal = everything_in(&night.answered(&form).await);
        assert!(refusal.contains("closed"), "{refusal}");
    })
    .await;
}
