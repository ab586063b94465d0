//! The cards that stand.

use super::*;

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
    let card = escalation_card(&asked(), &escalation, &[RoleId(4)]);
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
