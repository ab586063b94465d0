//! The words as people read them, and what no text of a member can do to them.

use super::*;
use crate::desk::lifecycle::Refused;
use crate::desk::lifecycle::tests::ticket;
use crate::desk::packet::{Field, Lack};
use crate::discord::words::{Form, Saying};
use crate::model::effect::{Effect, EffectRow, EffectState, Notice};
use crate::model::guild::GuildSettings;
use crate::model::ticket::{Answer, Escalation, Packet, Surface, TicketDeed, TicketEvent};
use crate::model::{ChannelId, EffectId, GuildId, MessageId, RoleId, TicketId, UserId};
use crate::storage::Refusal;

const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";

/// A saying as lines, the way a reader meets it.
fn printed(saying: &Saying) -> String {
    let mut lines = vec![];
    if !saying.text.is_empty() {
        lines.push(saying.text.clone());
    }
    if let Some(card) = &saying.card {
        lines.push(format!("┌ {}", card.title));
        lines.extend(card.body.lines().map(|line| format!("│ {line}")));
        for (name, value, _) in &card.fields {
            lines.push(format!("├ {name}"));
            lines.extend(value.lines().map(|line| format!("│ {line}")));
        }
        lines.push(format!("└ {}", card.footer));
    }
    for row in &saying.buttons {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        lines.push(labels.join(" "));
    }
    lines.join("\n")
}

fn asked() -> Ticket {
    let answers = vec![
        Answer {
            question: "What happened?".into(),
            text: "My USDC is gone <@99> @everyone ``` ok".into(),
        },
        Answer {
            question: "Is it still going on?".into(),
            text: "I cannot tell".into(),
        },
    ];
    Ticket {
        answers,
        opener_name: "mia`<@77>".into(),
        ..ticket()
    }
}

fn packet() -> Packet {
    Packet {
        summary: "Withdrawal of 250 USDC stuck".into(),
        expected: "The funds arrive on Arbitrum within an hour".into(),
        actual: "Confirmed at the explorer, yet the balance is zero".into(),
        tried: "Checked the explorer and another wallet app".into(),
        references: HASH.into(),
    }
}

/// Every text of a saying that Discord would read markup in, without the code blocks and code spans.
fn live_text(saying: &Saying) -> String {
    let mut text = printed(saying);
    for fence in ["```", "`"] {
        text = text.split(fence).step_by(2).collect::<Vec<_>>().join(" ");
    }
    text
}

#[test]
fn the_panel_says_what_happens_and_what_staff_never_do() {
    insta::assert_snapshot!(printed(&panel()), @r"
    ┌ Need help?
    │ Press what fits best and fill in the short form. You get a private thread that only you and the support staff can read.
    │ 
    │ Staff **never** ask for a seed phrase, a private key or a password, and **never** write to you first in direct messages. Whoever does is an impostor, whatever their name says.
    └ One open ticket per topic. If money is leaving your wallet right now, press the red button.
    [Wallet or funds] [Transaction problem] [Account] [Report a scam] [Something else]
    ");
}

#[test]
fn the_welcome_card_says_what_happens_next_and_by_when() {
    insta::assert_snapshot!(printed(&welcome(&asked(), &GuildSettings::default())), @r"
    <@5>, thank you for writing. You are in the right place.
    ┌ Ticket #3 · Wallet or funds
    │ **What happens next**
    │ An agent reads this and answers here. We aim for a first answer within 4 hours; at night and at weekends it can take longer, and we will not forget it. Anything you add meanwhile helps: transaction hashes, public addresses, screenshots.
    │ 
    │ **If money is still leaving your wallet**, do not wait for us: on a clean device make a new wallet with a new seed phrase and move what is left there. Nobody can bring back what has left a wallet, and whoever offers that for a fee is a scammer too.
    │ 
    │ **Stay safe**
    │ Staff **never** ask for a seed phrase, a private key or a password, and **never** write to you first in direct messages. Whoever does is an impostor, whatever their name says.
    ├ What happened?
    │ ```
    │ My USDC is gone <@99> @everyone ’’’ ok
    │ ```
    ├ Is it still going on?
    │ ```
    │ I cannot tell
    │ ```
    └ Only you, the support staff and the server's administrators can read this thread.
    [Close ticket]
    ");
}

#[test]
fn the_staff_card_shows_who_waits_since_when_and_for_what() {
    insta::assert_snapshot!(printed(&staff_card(&asked(), &[])), @r"
    Ticket #3: Wallet or funds, waiting for an agent.
    ┌ Ticket #3 · Wallet or funds
    │ From <@5> (`mia’<@77>`)
    │ **Nobody has it yet** · waiting since <t:1790000000:R>
    │ Thread: <#70>
    ├ What happened?
    │ ```
    │ My USDC is gone <@99> @everyone ’’’ ok
    │ ```
    ├ Is it still going on?
    │ ```
    │ I cannot tell
    │ ```
    └ Claim: it is yours and you are added to the thread. Join: you are only added to the thread.
    [Claim] [Join] [Escalate] [Close]
    [Open thread]
    ");
}

#[test]
fn the_staff_card_of_a_refused_thread_offers_a_new_one_and_says_how_to_mend_it() {
    let refused = Ticket {
        surface: Surface::Forbidden,
        thread: None,
        ..asked()
    };
    let trouble = EffectRow {
        id: EffectId(1),
        guild: GuildId(1),
        key: "k".into(),
        effect: Effect::AddToThread {
            ticket: TicketId(7),
            user: UserId(5),
        },
        state: EffectState::Failed,
        attempts: 3,
        planned_at: Timestamp(0),
        next_at: Timestamp(0),
        expires_at: None,
        lease_until: None,
        interrupted: false,
        result: None,
        failure: Some("Missing Access (code 50001)".into()),
    };
    insta::assert_snapshot!(printed(&staff_card(&refused, &[trouble])), @r"
    Ticket #3: Wallet or funds, waiting for an agent.
    ┌ Ticket #3 · Wallet or funds
    │ From <@5> (`mia’<@77>`)
    │ **Nobody has it yet** · waiting since <t:1790000000:R>
    │ ⚠ **Discord did not let me make its thread.** The ticket stands; what the member wrote is below. `/setup check` says what is missing; then press New thread.
    ├ What happened?
    │ ```
    │ My USDC is gone <@99> @everyone ’’’ ok
    │ ```
    ├ Is it still going on?
    │ ```
    │ I cannot tell
    │ ```
    └ Claim: it is yours and you are added to the thread. Join: you are only added to the thread.
    [Claim] [Escalate] [Close]
    [New thread]
    ");
}

#[test]
fn the_escalation_card_pings_the_team_and_links_what_can_be_looked_up() {
    let escalation = Escalation {
        ordinal: 1,
        team: Tier::Engineering,
        packet: Some(packet()),
        by: UserId(21),
        at: ticket().opened_at,
        card: None,
    };
    let card = escalation_card(&asked(), &escalation, Tier::Engineering, &[RoleId(4)]);
    assert_eq!(
        (card.ping_roles.as_slice(), card.ping_users.len()),
        ([RoleId(4)].as_slice(), 0)
    );
    insta::assert_snapshot!(printed(&card), @r"
    <@&4> Ticket #3 needs the Engineering team.
    ┌ Escalation of ticket #3 · Engineering
    │ Wallet or funds · from <@5> (`mia’<@77>`)
    │ Asked by <@21> <t:1790000000:R>
    │ Join adds you to the thread with the member.
    ├ In one line: what is it?
    │ ```
    │ Withdrawal of 250 USDC stuck
    │ ```
    ├ What should have happened?
    │ ```
    │ The funds arrive on Arbitrum within an hour
    │ ```
    ├ What happened instead?
    │ ```
    │ Confirmed at the explorer, yet the balance is zero
    │ ```
    ├ What has been checked or tried?
    │ ```
    │ Checked the explorer and another wallet app
    │ ```
    ├ Hashes and addresses
    │ ```
    │ 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b
    │ ```
    ├ Found in it
    │ EVM hash: <https://etherscan.io/tx/0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b>
    └ 
    [Join] [Open thread]
    ");
}

#[test]
fn an_incomplete_packet_comes_back_with_every_word_and_what_is_missing() {
    let lacks = [
        Lack::TooShort(Field::Summary),
        Lack::SaysNothing(Field::Actual),
        Lack::NoReferences,
    ];
    insta::assert_snapshot!(printed(&incomplete_packet(&asked(), &packet(), &lacks)), @r"
    ┌ Ticket #3 is not escalated yet
    │ The team could not start with this, so nothing was sent:
    │ • **In one line: what is it?** says too little: at least 10 letters.
    │ • **What happened instead?** does not say enough: name what was seen, where, and when.
    │ • No transaction hash and no address can be read there: paste at least one, or write `none because …` and say why there are none.
    │ 
    │ Your words are below; copy them into the form when you fill it in again.
    ├ In one line: what is it?
    │ ```
    │ Withdrawal of 250 USDC stuck
    │ ```
    ├ What should have happened?
    │ ```
    │ The funds arrive on Arbitrum within an hour
    │ ```
    ├ What happened instead?
    │ ```
    │ Confirmed at the explorer, yet the balance is zero
    │ ```
    ├ What has been checked or tried?
    │ ```
    │ Checked the explorer and another wallet app
    │ ```
    ├ Hashes and addresses
    │ ```
    │ 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b
    │ ```
    └ 
    [Fill it in again]
    ");
}

#[test]
fn the_member_reads_calm_words_at_every_turn() {
    let all = [
        Notice::Claimed { agent: UserId(21) },
        Notice::Assigned { agent: UserId(22) },
        Notice::Escalated {
            team: Tier::Engineering,
        },
        Notice::Closed,
        Notice::Reopened,
        Notice::NewThread,
        Notice::ThreadRefused,
    ];
    let texts: Vec<String> = all
        .iter()
        .map(|notice| {
            printed(&notice_in_thread(
                &ticket(),
                *notice,
                Some("The deposit arrived."),
            ))
        })
        .collect();
    insta::assert_snapshot!(texts.join("\n---\n"), @r"
    <@21> has taken your ticket and answers you here.
    ---
    <@22> looks after your ticket now. They can read everything above, so you need not repeat anything.
    ---
    I have asked the Engineering team to look at this. They have what you wrote, so you need not repeat anything. A specialist's answer can take a day or longer; what they find out, you read here.
    ---
    This ticket is closed.
    ```
    The deposit arrived.
    ```
    If it is not solved, `/ticket reopen ticket:3` in any channel opens it again, for 30 days.
    ---
    This ticket is open again. Tell us what is still missing; staff have been told.
    ---
    The earlier thread of this ticket is gone; we go on here. Your ticket and its form are kept.
    ---
    There was trouble with this ticket's thread. The ticket itself is safe, and staff have been told.
    ");
}

#[test]
fn a_direct_message_carries_the_button_that_works_from_outside() {
    let closed = notice_to_opener(
        &ticket(),
        Notice::Closed,
        Some("The deposit arrived."),
        "Testnet Town",
    );
    let refused = notice_to_opener(&ticket(), Notice::ThreadRefused, None, "Testnet Town");
    insta::assert_snapshot!(format!("{}\n---\n{}", printed(&closed), printed(&refused)), @r"
    ┌ Testnet Town · ticket #3, wallet or funds
    │ Your ticket was closed.
    │ ```
    │ The deposit arrived.
    │ ```
    │ If it is not solved, open it again within 30 days.
    │ 
    │ Staff **never** ask for a seed phrase, a private key or a password, and **never** write to you first in direct messages. Whoever does is an impostor, whatever their name says.
    └ I am the server's bot; nobody reads answers to this message.
    [Open it again]
    ---
    ┌ Testnet Town · ticket #3, wallet or funds
    │ I could not make the private thread for your ticket. **Your ticket stands, what you wrote is kept, and staff have been told.** You need not write anything again: press the button to let me try once more, or wait for staff.
    │ 
    │ Staff **never** ask for a seed phrase, a private key or a password, and **never** write to you first in direct messages. Whoever does is an impostor, whatever their name says.
    └ I am the server's bot; nobody reads answers to this message.
    [Try again]
    ");
}

#[test]
fn whoever_opens_a_ticket_is_told_its_number_and_where_it_is() {
    let early = Ticket {
        surface: Surface::None,
        thread: None,
        ..ticket()
    };
    let refused = Ticket {
        surface: Surface::Forbidden,
        thread: None,
        ..ticket()
    };
    let sayings = [
        opened(&ticket(), 0),
        opened(&early, 0),
        opened(&refused, 0),
        opened(&ticket(), 1),
        still_open(&ticket(), &asked().answers, 0),
        still_open(&refused, &[], 0),
    ];
    let texts: Vec<String> = sayings.iter().map(printed).collect();
    insta::assert_snapshot!(texts.join("\n---\n"), @r"
    **Ticket #3** is open: <#70>. An agent answers you there.
    [Open thread]
    ---
    **Ticket #3** is open and cannot get lost. Your private thread is being made; you will be added to it in a moment.
    ---
    **Ticket #3** is open, staff have been told and what you wrote is kept. Only its private thread could not be made. You need not write anything again: press the button to let me try once more, or wait for staff.
    [Try again]
    ---
    **Please read this first.** You typed something that looks like a seed phrase or a private key. I took it out before anything was stored; nobody here has read it. To be safe:
    1. On a clean device, make a **new** wallet with a new seed phrase.
    2. Move what is in the old wallet to it, the most valuable first.
    3. Never use the old phrase again, and give the new one to nobody: no agent, no website, no bot.

    **Ticket #3** is open: <#70>. An agent answers you there.
    [Open thread]
    ---
    You have **ticket #3** (wallet or funds) open since <t:1790000000:R>: <#70>. Please go on there.

    What you wrote, so that you can copy it:
    ```
    What happened?
    My USDC is gone <@99> @everyone ’’’ ok

    Is it still going on?
    I cannot tell
    ```
    [Open thread]
    ---
    You have **ticket #3** (wallet or funds) open since <t:1790000000:R>. It has no thread just now; press the button for a new one.
    [Give it a new thread]
    ");
}

#[test]
fn a_refused_request_says_what_to_do_and_gives_the_words_back() {
    let all = [
        Refusal::NotSetUp,
        Refusal::TooMany,
        Refusal::Blocked,
        Refusal::Empty,
    ];
    let mut texts: Vec<String> = all
        .iter()
        .map(|refusal| printed(&refused_opening(*refusal, &[])))
        .collect();
    texts.push(printed(&not_kept(&asked().answers)));
    insta::assert_snapshot!(texts.join("\n---\n"), @r"
    Tickets are not set up on this server yet, so I cannot open one. Please tell a moderator or the owner: `/setup channels` is all it takes. Until then ask for help in a public channel, and answer **nobody** who writes to you first in a direct message: that is how impostors work.
    ---
    You have 3 tickets open, and that is as many as one person can have. Add this to one of them (`/ticket list` shows them), or close one that is solved.
    ---
    You cannot open tickets on this server at the moment. If you think that is a mistake, ask a moderator.
    ---
    There was nothing in the form, so no ticket was opened. A sentence about what happened is enough.
    ---
    I could not write your ticket down just now, so **it is not open**. Please try again in a minute; if it happens again, tell a moderator.

    What you wrote, so that you can copy it:
    ```
    What happened?
    My USDC is gone <@99> @everyone ’’’ ok

    Is it still going on?
    I cannot tell
    ```
    ");
}

#[test]
fn every_refused_step_says_what_to_do_instead() {
    let all = [
        Refused::AgentsOnly,
        Refused::NotYours,
        Refused::Closed,
        Refused::NotClosed,
        Refused::TakenBy(UserId(21)),
        Refused::AlreadyYours,
        Refused::AlreadyTheirs(UserId(21)),
        Refused::NotAnAgent(UserId(22)),
        Refused::NobodyHasIt,
        Refused::OnlyAssigneeOrLead(UserId(21)),
        Refused::NoWords,
        Refused::TooLate(ticket().opened_at),
        Refused::ThreadStands,
        Refused::ThreadOnItsWay,
        Refused::NoThread,
        Refused::Overtaken,
    ];
    let texts: Vec<String> = all.iter().map(refused).collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
    That is for people with a support role here. If you should have one, ask whoever runs `/setup role`.
    This ticket belongs to somebody else.
    This ticket is closed. `/ticket reopen` opens it again.
    This ticket is open already.
    <@21> has this ticket. Join it to read along; they, or a lead, can hand it to you with `/ticket transfer`.
    This ticket is yours already.
    <@21> has this ticket already.
    <@22> has no support role here, so tickets cannot be given to them. `/setup role` makes a role a support tier.
    Nobody has this ticket yet: use `/ticket assign` or `/ticket claim` instead.
    <@21> has this ticket. Only they, somebody of L3 or with Manage Server can hand it on.
    There is nothing in it. Write at least a few words.
    This ticket was closed <t:1790000000:R>, and members can reopen for 30 days. Open a new one with `/ticket open`; staff can still read this one.
    Its thread is still there. If you cannot see it, press Join on the staff card, or ask an agent to add you.
    Its thread is being made just now; wait a moment.
    Its thread is gone or was refused by Discord. Press New thread on its card first.
    Somebody has escalated this ticket just now. Look at it with `/ticket show` before you do so again.
    ");
}

#[test]
fn an_agent_reads_the_history_with_its_notes_and_a_member_does_not() {
    let event = |ordinal, deed, by, note: Option<&str>| TicketEvent {
        ordinal,
        deed,
        by,
        at: ticket().opened_at,
        note: note.map(str::to_owned),
    };
    let events = [
        event(1, TicketDeed::Opened, Some(UserId(5)), None),
        event(2, TicketDeed::Claimed, Some(UserId(21)), None),
        event(
            3,
            TicketDeed::Noted,
            Some(UserId(21)),
            Some("looks like a `drainer`"),
        ),
    ];
    let agents = printed(&show(&asked(), &events, &[], true));
    assert!(!printed(&show(&asked(), &events, &[], false)).contains("drainer"));
    insta::assert_snapshot!(agents, @r"
    ┌ Ticket #3
    │ Wallet or funds · new
    │ From <@5> (`mia’<@77>`) · opened <t:1790000000:R>
    │ With nobody yet · thread: <#70>
    │ 
    │ **History** (newest first)
    │ <t:1790000000:R> <@21> noted: `looks like a ’drainer’`
    │ <t:1790000000:R> <@21> took it
    │ <t:1790000000:R> <@5> opened it
    ├ What happened?
    │ ```
    │ My USDC is gone <@99> @everyone ’’’ ok
    │ ```
    ├ Is it still going on?
    │ ```
    │ I cannot tell
    │ ```
    └ 
    [Open thread] [Join]
    ");
}

#[test]
fn a_list_names_what_waits() {
    let taken = Ticket {
        assignee: Some(UserId(21)),
        state: TicketState::InProgress,
        number: 4,
        ..ticket()
    };
    let closed = Ticket {
        state: TicketState::Closed,
        number: 2,
        ..ticket()
    };
    insta::assert_snapshot!(printed(&list(&[taken, ticket(), closed], true, false)), @r"
    ┌ Tickets
    │ **#4** Wallet or funds · in progress · `mia` · with <@21> · <t:1790000000:R> · <#70>
    │ **#3** Wallet or funds · new · `mia` · **nobody has it** · <t:1790000000:R> · <#70>
    │ **#2** Wallet or funds · closed · `mia` · <t:1790000000:R> · <#70>
    └ Newest first. /ticket show ticket:… shows one.
    ");
    assert_eq!(
        list(&[], false, true).text,
        "You have no tickets here. `/ticket open` opens one."
    );
}

#[test]
fn nothing_a_member_typed_can_ping_or_pull_anybody() {
    let escalation = Escalation {
        ordinal: 1,
        team: Tier::L2,
        packet: Some(Packet {
            summary: "see <@99> ``` <@99> ` <@99>".into(),
            ..packet()
        }),
        by: UserId(21),
        at: ticket().opened_at,
        card: None,
    };
    let sayings = [
        welcome(&asked(), &GuildSettings::default()),
        staff_card(&asked(), &[]),
        escalation_card(&asked(), &escalation, Tier::L2, &[]),
        show(&asked(), &[], std::slice::from_ref(&escalation), true),
        list(&[asked()], true, true),
        not_kept(&asked().answers),
        notice_in_thread(&asked(), Notice::Closed, Some("ask <@99>")),
    ];
    for saying in sayings {
        let live = live_text(&saying);
        assert!(
            !live.contains("<@99>") && !live.contains("<@77>") && !live.contains("@everyone"),
            "{live}"
        );
    }
}

#[test]
fn every_form_keeps_to_discords_limits() {
    let mut forms: Vec<Form> = Area::ALL.into_iter().map(ticket_form).collect();
    forms.push(message_form(ChannelId(1), MessageId(2), "text", false));
    forms.push(close_form(TicketId(7), u32::MAX));
    forms.extend(Tier::ALL.map(|team| escalation_form(TicketId(7), u32::MAX, team, &packet())));
    for form in forms {
        assert!(form.title.chars().count() <= 45, "{}", form.title);
        assert!((1..=5).contains(&form.inputs.len()));
        for input in form.inputs {
            assert!(input.label.chars().count() <= 45, "{}", input.label);
            assert!(input.placeholder.chars().count() <= 100, "{}", input.placeholder);
            assert!(input.max <= 4000);
        }
    }
}

#[test]
fn a_threads_name_is_its_number_and_its_round() {
    assert_eq!(thread_name(&ticket()), "Ticket 3");
    assert_eq!(thread_name(&Ticket { round: 2, ..ticket() }), "Ticket 3 (2)");
}

#[test]
fn a_trouble_of_an_earlier_thread_is_forgotten_once_there_is_a_new_one() {
    let trouble = |key: &str| EffectRow {
        id: EffectId(1),
        guild: GuildId(1),
        key: key.into(),
        effect: Effect::AddToThread {
            ticket: TicketId(7),
            user: UserId(21),
        },
        state: EffectState::Failed,
        attempts: 1,
        planned_at: Timestamp(0),
        next_at: Timestamp(0),
        expires_at: None,
        lease_until: None,
        interrupted: false,
        result: None,
        failure: None,
    };
    let second = Ticket { round: 2, ..ticket() };
    let shown = |key| printed(&staff_card(&second, &[trouble(key)])).contains("could not be added");
    assert!(!shown("ticket:7:thread:1:add:21"));
    assert!(shown("ticket:7:thread:2:add:21"));
    assert!(shown("ticket:7:event:9:add"));
}
