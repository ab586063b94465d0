//! What people read at every turn of a ticket's life.

use super::*;

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
        Notice::OpenerLeft,
        Notice::OpenerReturned,
        Notice::NewThread,
        Notice::ThreadRefused,
        Notice::ThreadLost,
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
    <@5> has left this server and cannot read this thread any more. The ticket stays open: when they come back to the server, they are let in here again.
    ---
    <@5> is back in this server, and in this thread. Everything above was kept.
    ---
    The earlier thread of this ticket is gone; we go on here. Your ticket and its form are kept.
    ---
    There was trouble with this ticket's thread. The ticket itself is safe, and staff have been told.
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
    This ticket has been escalated since you opened that form. Look at it with `/ticket show` before you do so again.
    ");
}

#[test]
fn whoever_escalates_reads_whether_the_team_hears_of_it() {
    let told = [Call::Heard, Call::NoChannel, Call::NoRole, Call::Dropped]
        .map(|call| printed(&escalated(&ticket(), Tier::Engineering, call, 0)))
        .join("\n---\n");
    insta::assert_snapshot!(told, @r#"
        Ticket #3 is escalated to the Engineering team. They have the packet in their channel, and the member has been told that it can take a while.
        ---
        Ticket #3 is escalated to the Engineering team. The packet is kept, and the member has been told that it can take a while.
        Nobody was called, because there is no channel for them, nor one for staff: please tell them yourself. `/setup channels` names one.
        ---
        Ticket #3 is escalated to the Engineering team. They have the packet in their channel, and the member has been told that it can take a while.
        Nobody was called by it, because no role says who is in that team: please tell them yourself. `/setup role` changes that.
        ---
        Ticket #3 is escalated to the Engineering team. They have the packet in their channel, and the member has been told that it can take a while.
        Nobody was called by it, because I may not mention their role there: please tell them yourself. `/setup check` says what I lack.
        "#);
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
    insta::assert_snapshot!(printed(&list(&[taken, ticket(), closed], whole(3), true, false)), @r"
    ┌ Tickets
    │ **#4** Wallet or funds · in progress · `mia` · with <@21> · <t:1790000000:R> · <#70>
    │ **#3** Wallet or funds · new · `mia` · **nobody has it** · <t:1790000000:R> · <#70>
    │ **#2** Wallet or funds · closed · `mia` · <t:1790000000:R> · <#70>
    └ 3 tickets. Those nobody has first, the oldest on top. /ticket show ticket:… shows one.
    ");
    assert_eq!(
        list(&[], whole(0), false, true).text,
        "You have no tickets here. `/ticket open` opens one."
    );
}

#[test]
fn a_page_of_a_list_says_how_many_there_are_and_how_to_see_more() {
    let part = |skipped, page| Listed {
        skipped,
        total: 41,
        page,
    };
    let footer = |listed, shown| {
        let tickets = vec![ticket(); shown];
        let saying = list(&tickets, listed, true, true);
        saying.card.map(|card| card.footer).unwrap_or_default()
    };
    assert_eq!(
        footer(part(0, 1), 20),
        "1 to 20 of 41 tickets. Those nobody has first, the oldest on top. /ticket list page:2 shows more. \
         /ticket show ticket:… shows one."
    );
    assert_eq!(
        footer(part(40, 3), 1),
        "41 to 41 of 41 tickets. Those nobody has first, the oldest on top. /ticket show ticket:… shows one."
    );
    assert_eq!(
        list(&[], part(60, 4), true, true).text,
        "There is no page 4: 41 tickets in all."
    );
}

#[test]
fn an_agent_reads_who_is_kept_from_the_desk_and_why() {
    let sayings = [
        printed(&blocked(UserId(9), "forty tickets in an hour")),
        printed(&unblocked(UserId(9), true)),
        printed(&unblocked(UserId(9), false)),
        not_blockable(UserId(21)),
    ];
    insta::assert_snapshot!(sayings.join("\n---\n"), @r"
    <@9> cannot open tickets from now on. Those that are open stay open. Why, for staff:
    ```
    forty tickets in an hour
    ```
    `/ticket unblock` lets them open tickets again.
    ---
    <@9> can open tickets again.
    ---
    Nobody has kept <@9> from opening tickets.
    ---
    <@21> works tickets or is a bot, and cannot be kept from opening them. Take their support role away first.
    ");
}

#[test]
fn who_cried_for_help_in_public_reads_where_help_is_and_what_thieves_try_next() {
    insta::assert_snapshot!(printed(&offer_ticket(UserId(5))), @r"
    <@5> We can look at this together, in private: press the button, and our team answers you in a thread that only you and staff can read.
    **Our team never writes to you first.** Whoever sends you a private message, a link or a friend request about this now wants to rob you, whatever their name and picture. Nobody needs your seed phrase, a code or a payment.
    [Open a private ticket]
    ");
}
