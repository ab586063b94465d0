//! What is said about many cases at once: a campaign's card and its answers, and the queue.

use super::*;
use crate::model::QueueViewId;
use crate::model::campaign::{Campaign, Plea};
use crate::storage::CaseFilter;

fn campaign() -> Campaign {
    Campaign {
        lead: CaseId(41),
        copies: 12,
        accounts: 11,
        channels: 3,
        removed: 9,
        standing: 2,
        restored: 1,
        authors: vec![(UserId(66), 2), (UserId(67), 1)],
        pleas: Vec::new(),
        latest: NOW,
    }
}

#[test]
fn a_campaign_is_one_card_that_counts_its_copies_and_acts_on_all_of_them() {
    insta::assert_snapshot!(page(&review_card(&case(), Some(&campaign()), &[])), @r"
        # Case #12 · campaign of 12 copies by 11 accounts in 3 channels · some still stand, waits for review
        ```
        @everyone free nitro https://dlscord-gift.example ’’’’ <@5>
        ```
        ## All copies
        12 copies by 11 accounts in 3 channels, the latest <t:1800000000:R>
        9 removed, 2 still standing, 1 found harmless
        <@66> (2) <@67> and 9 more
        ## First author
        <@175928847299117063> `mall’ory`
        account made <t:1462015105:R>
        joined <t:1799000000:R>
        ## Where
        <#20>
        posted <t:1800000000:R>
        ## Verdict
        a scam, score 120
        phishing, high
        ## Found
        `gift-lookalike` high in content 21–49, folded view: `https://dlscord-gift.example`
        ## What happened
        the message was removed
        the author was timed out until <t:1800003600:f>
        the author was told
        -- Each button works on every copy, and asks for your own permission and for a role above each author's.
        [Uphold, remove 2 more v1:confirm:41] [Restore all v1:restore:41] [Time out all 24 hours v1:timeout:41] [Kick all v1:kick:41] [Ban all v1:ban:41] [False positive v1:false-positive:41] [Ban with history v1:ban-history:41] [Make a rule v1:make-rule:41]
        ");
    let mut over = case();
    over.state = CaseState::Restored;
    let undone = Campaign {
        removed: 0,
        standing: 0,
        restored: 12,
        ..campaign()
    };
    let words = page(&review_card(&over, Some(&undone), &[]));
    assert!(
        words.contains("undone") && words.contains("(Ban all"),
        "nothing is left to press:\n{words}"
    );
}

/// What the author of a copy with this number asks for.
fn plea(number: u32, deed: CaseDeed, note: Option<&str>) -> Plea {
    Plea {
        case: CaseId(i64::from(number) + 100),
        number,
        author: UserId(u64::from(number)),
        deed,
        at: NOW,
        note: note.map(str::to_owned),
    }
}

#[test]
fn what_authors_of_copies_ask_for_stands_on_the_card_with_buttons_of_their_own_cases() {
    let asking = Campaign {
        pleas: vec![
            plea(13, CaseDeed::AskedBack, None),
            plea(13, CaseDeed::Contested, Some("It was ```not``` me")),
            plea(14, CaseDeed::Contested, None),
        ],
        ..campaign()
    };
    let words = page(&review_card(&case(), Some(&asking), &[]));
    let of_pleas: Vec<&str> = words
        .lines()
        .filter(|line| {
            ["# Case", "#13", "#14", "<@13>", "<@14>", "not", "erased", "--"]
                .iter()
                .any(|one| line.contains(one))
        })
        .collect();
    insta::assert_snapshot!(of_pleas.join("\n"), @r"
        # Case #12 · campaign of 12 copies by 11 accounts in 3 channels · an author asks to be let back
        ## Case #13: asks to be let back
        <@13>, <t:1800000000:R>: the author says that the account is theirs again. Look whether they write like themselves, or ask them outside of Discord.
        ## Case #13: the author contests it
        <@13>, <t:1800000000:R>:
        It was ’’’not’’’ me
        ## Case #14: the author contests it
        <@14>, <t:1800000000:R>:
        (the text has been erased)
        -- A button with a number works on that case alone, every other one on every copy, and asks for your own permission and for a role above each author's.
        [Uphold, remove 2 more v1:confirm:41] [Restore all v1:restore:41] [Time out all 24 hours v1:timeout:41] [Kick all v1:kick:41] [Ban all v1:ban:41] [False positive v1:false-positive:41] [Ban with history v1:ban-history:41] [Make a rule v1:make-rule:41] [Let #13 back v1:let-back:113] [Not yet, #13 v1:decline-back:113] [Restore #13 v1:restore-one:113] [Uphold #13 v1:confirm-one:113] [Restore #14 v1:restore-one:114] [Uphold #14 v1:confirm-one:114]
        ");
}

#[test]
fn a_card_has_room_for_six_pleas_or_four_beside_the_leads_own_and_says_that_there_are_more() {
    let pleas = |count| Campaign {
        pleas: (0..count)
            .map(|number| plea(13 + number, CaseDeed::Contested, Some("no")))
            .collect(),
        ..campaign()
    };
    let mut asking = case();
    asking.history.push(CaseEvent {
        deed: CaseDeed::AskedBack,
        by: Some(asking.author),
        at: NOW,
        note: None,
    });
    for (lead, count, shown) in [
        (case(), 6, 6),
        (case(), 7, 6),
        (asking.clone(), 4, 4),
        (asking, 10, 4),
    ] {
        let card = review_card(&lead, Some(&pleas(count)), &[]);
        assert!(card.buttons.len() <= 5 && card.buttons.iter().all(|row| row.len() <= 5));
        let words = page(&card);
        assert_eq!(words.matches("v1:restore-one").count(), shown);
        assert_eq!(words.contains("And more"), count as usize > shown);
    }
}

#[test]
fn a_press_on_a_campaigns_card_says_to_how_many_it_was_done_and_who_was_left_out() {
    let answers: Vec<String> = [
        Press::Confirm,
        Press::Restore,
        Press::Timeout,
        Press::Kick,
        Press::Ban,
    ]
    .into_iter()
    .map(|press| page(&pressed_all(press, &case(), 12, 11, &[])))
    .collect();
    insta::assert_snapshot!(answers.join("\n"), @r"
        Case #12: 12 copies upheld. Copies that still stand are looked for and removed.
        Case #12: 12 copies undone. What was removed is being put back, with the files that were kept; timeouts and bans are lifted, unless another case still holds them. Whoever was banned or removed needs a new invitation.
        Case #12: 11 accounts being timed out for 24 hours, 12 copies upheld.
        Case #12: 11 accounts being removed from the server, 12 copies upheld.
        Case #12: 11 accounts being banned, 12 copies upheld.
        ");
}

#[test]
fn a_page_of_the_queue_says_what_it_shows_and_where_each_card_is() {
    let filter = CaseFilter {
        state: Some(CaseState::Open),
        rule: Some("gift-lookalike".to_owned()),
        author: Some(UserId(66)),
        channel: Some(ChannelId(20)),
        oldest_first: true,
        ..CaseFilter::default()
    };
    let mut carded = case();
    carded.card = Some((ChannelId(5), MessageId(6)));
    insta::assert_snapshot!(page(&queue(&[carded, case()], &filter, QueueViewId(8), 0)), @r"
        # Queue, page 1
        cases that wait, of rule `gift-lookalike`, by <@66>, in <#20>, the oldest first
        **#12** phishing by <@175928847299117063> in <#20>, <t:1800000000:R>: removed, waits for review `gift-lookalike` · [card](https://discord.com/channels/1/5/6)
        **#12** phishing by <@175928847299117063> in <#20>, <t:1800000000:R>: removed, waits for review `gift-lookalike`

        -- /case show has everything about one; /case note keeps a note with it.
        (Back v1:queue:8:4294967295) (Next v1:queue:8:1)
        ");
    insta::assert_snapshot!(page(&queue(&[], &CaseFilter::default(), QueueViewId(8), 2)), @r"
        # Queue, page 3
        every case, the newest first
        There is nothing on this page any more.
        -- /case show has everything about one; /case note keeps a note with it.
        [Back v1:queue:8:1] (Next v1:queue:8:3)
        ");
}

#[test]
fn a_stolen_team_account_is_announced_with_what_to_do_and_pings_its_owner_alone() {
    let alert = alert_of_stolen_staff(&case(), Some(UserId(9)), &[]);
    assert_eq!(
        (&*alert.ping_users, &*alert.ping_roles),
        (&[UserId(9)][..], &[][..])
    );
    insta::assert_snapshot!(page(&alert), @r"
        <@9># A team account is most likely stolen
        <@175928847299117063> posted what only scammers post (case #12). It was removed and the account timed out, which Discord does not do to administrators.

        **1.** Take the team roles from the account now. The bot cannot, and does not, decide that.
        **2.** Ask its owner **outside of Discord** whether it was them.
        **3.** Look at the audit log for webhooks, roles, bots and invitations it made.
        **4.** Give the roles back when they have the account again.
        -- Case #12. Whoever holds the account may be reading along here.
        ");
}
