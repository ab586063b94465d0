//! What people read, as they read it.

use std::fmt::Write as _;

use super::*;
use crate::app::kept::Kept;
use crate::artefacts::secrets::{SecretKind, SecretSpan};
use crate::discord::permissions::Forbidden;
use crate::discord::words::{Press as Pressed, Saying};
use crate::model::case::{Action, Case, CaseEvent, CaseState};
use crate::model::effect::{Effect, EffectRow, EffectState};
use crate::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use crate::model::{CaseId, ChannelId, EffectId, GuildId, MessageId, Permissions, UserId, WebhookId};
use crate::moderation::review::{Press, Refused};
use crate::rules::{Finding, Level, Place, Severity, View};

mod campaign;
mod people;
mod rules;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn case() -> Case {
    let text = "@everyone free nitro https://dlscord-gift.example ```` <@5>";
    Case {
        id: CaseId(41),
        guild: GuildId(1),
        number: 12,
        state: CaseState::Open,
        evidence: Some(IncomingMessage {
            guild: GuildId(1),
            channel: ChannelId(20),
            id: MessageId(30),
            author: Author {
                id: UserId(175_928_847_299_117_063),
                name: "mall`ory".into(),
                display_name: "Mallory".into(),
                bot: false,
                webhook: None,
                roles: Vec::new(),
                joined_at: Some(Timestamp(1_799_000_000_000)),
            },
            arrival: Arrival::Posted,
            posted_at: NOW,
            parts: vec![MessagePart {
                place: Place::Content,
                text: text.into(),
                secrets: Vec::new(),
            }],
            attachments: Vec::new(),
            forwards: None,
            mentions_everyone: true,
            previews: Vec::new(),
            needs_fetch: false,
        }),
        author: UserId(175_928_847_299_117_063),
        channel: ChannelId(20),
        message: MessageId(30),
        level: Level::Scam,
        score: 120,
        category: Category::Phishing,
        severity: Severity::High,
        findings: vec![Finding {
            rule: "gift-lookalike".into(),
            category: Category::Phishing,
            severity: Severity::High,
            place: Place::Content,
            part: 0,
            view: View::Folded,
            span: 21..49,
            evidence: "https://dlscord-gift.example".into(),
            observed_only: false,
        }],
        actions: vec![Action::Delete, Action::Timeout { seconds: 3600 }, Action::Tell],
        softened: None,
        history: vec![CaseEvent {
            deed: CaseDeed::Opened,
            by: None,
            at: NOW,
            note: None,
        }],
        card: None,
        author_unreachable: false,
        opened_at: NOW,
        restored_as: None,
        imitates: None,
        others: Vec::new(),
    }
}

/// A saying as a page of text: what stands where, and which buttons can be pressed.
pub(super) fn page(saying: &Saying) -> String {
    let mut page = saying.text.clone();
    if let Some(card) = &saying.card {
        let _ = write!(page, "# {}\n{}\n", card.title, card.body);
        for (name, value, _) in &card.fields {
            let _ = write!(page, "## {name}\n{value}\n");
        }
        if !card.footer.is_empty() {
            let _ = writeln!(page, "-- {}", card.footer);
        }
    }
    for button in saying.buttons.iter().flatten() {
        let press = match &button.press {
            Pressed::Component(id) => id.to_string(),
            Pressed::Link(url) => url.clone(),
        };
        let (open, close) = if button.enabled { ('[', ']') } else { ('(', ')') };
        let _ = write!(page, "{open}{} {press}{close} ", button.label);
    }
    page.trim_end().to_owned()
}

#[test]
fn a_review_card_shows_who_where_what_and_why() {
    insta::assert_snapshot!(page(&review_card(&case(), None, &[])), @r"
        # Case #12 · removed, waits for review
        ```
        @everyone free nitro https://dlscord-gift.example ’’’’ <@5>
        ```
        ## Author
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
        -- Each button asks for your own permission and for a role above the author's.
        [Uphold v1:confirm:41] [Restore v1:restore:41] [Time out 24 hours v1:timeout:41] [Kick v1:kick:41] [Ban v1:ban:41] [False positive v1:false-positive:41] [Ban with history v1:ban-history:41] [Make a rule v1:make-rule:41]
        ");
}

#[test]
fn a_reviewed_contested_and_partly_failed_case_says_so() {
    let mut case = case();
    case.state = CaseState::Confirmed;
    case.author_unreachable = true;
    let by = |deed, by, note: Option<&str>| CaseEvent {
        deed,
        by: Some(UserId(by)),
        at: NOW,
        note: note.map(str::to_owned),
    };
    case.history.push(by(
        CaseDeed::Contested,
        case.author.0,
        Some("it was a ```quote``` of @everyone"),
    ));
    case.history.push(by(CaseDeed::Banned, 7, None));
    let trouble = EffectRow {
        id: EffectId(1),
        guild: GuildId(1),
        key: "case:41:timeout".into(),
        effect: Effect::TimeoutMember {
            case: case.id,
            user: case.author,
            until: NOW,
        },
        state: EffectState::Failed,
        attempts: 1,
        planned_at: NOW,
        next_at: NOW,
        expires_at: None,
        lease_until: None,
        interrupted: false,
        result: None,
        failure: Some("Discord refuses: Missing Permissions (code 50013)".into()),
    };
    insta::assert_snapshot!(page(&review_card(&case, None, &[trouble])), @r"
        # Case #12 · upheld
        ```
        @everyone free nitro https://dlscord-gift.example ’’’’ <@5>
        ```
        ## Author
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
        the author takes no direct messages and was not told
        ## Did not work
        timing the author out: it failed (`Discord refuses: Missing Permissions (code 50013)`)
        ## The author contests it, <t:1800000000:R>
        ```
        it was a ’’’quote’’’ of @everyone
        ```
        ## History
        <@175928847299117063> contested it, <t:1800000000:R>
        <@7> banned the author, <t:1800000000:R>
        -- Each button asks for your own permission and for a role above the author's.
        (Uphold v1:confirm:41) [Restore v1:restore:41] (Time out 24 hours v1:timeout:41) (Kick v1:kick:41) (Ban v1:ban:41) [False positive v1:false-positive:41] (Ban with history v1:ban-history:41) [Make a rule v1:make-rule:41]
        ");
}

#[test]
fn a_case_of_staff_that_was_only_logged_offers_to_remove_it() {
    let mut case = case();
    case.actions = vec![Action::Log];
    case.softened = Some("staff".into());
    let page = page(&review_card(&case, None, &[]));
    assert!(page.contains("their account may be stolen"), "{page}");
    assert!(page.contains("[Uphold and remove v1:confirm:41]"), "{page}");
    assert!(page.contains("[Let it stand v1:restore:41]"), "{page}");
}

#[test]
fn a_case_that_was_only_observed_says_what_would_have_been_done() {
    let mut case = case();
    case.actions = vec![Action::Log];
    case.softened = Some("observe mode: delete, timeout 3600s, tell".into());
    let page = page(&review_card(&case, None, &[]));
    assert!(page.contains("this server only observes"), "{page}");
    assert!(
        page.contains("remove it, time the author out for 1 hour, tell the author"),
        "{page}"
    );
}

#[test]
fn a_restored_case_can_only_be_exempted_and_a_webhook_none_that_punishes() {
    let mut restored = case();
    restored.state = CaseState::Restored;
    let card = review_card(&restored, None, &[]);
    let enabled = card.buttons.iter().flatten().filter(|button| button.enabled);
    let enabled: Vec<&str> = enabled.map(|button| button.label.as_str()).collect();
    assert_eq!(
        enabled,
        ["False positive"],
        "what was undone can still be exempted"
    );
    let mut posted = case();
    if let Some(evidence) = &mut posted.evidence {
        evidence.author.webhook = Some(WebhookId(9));
    }
    let enabled: Vec<bool> = review_card(&posted, None, &[])
        .buttons
        .iter()
        .flatten()
        .map(|button| button.enabled)
        .collect();
    assert_eq!(enabled, [true, true, false, false, false, true, false, true]);
}

#[test]
fn nothing_of_a_strangers_text_lives_on_a_card() {
    let page = page(&review_card(&case(), None, &[]));
    let outside_code: String = page
        .split("```")
        .step_by(2)
        .flat_map(|text| text.split('`').step_by(2))
        .collect();
    for alive in ["@everyone", "https://dlscord", "<@5>"] {
        assert!(page.contains(alive), "{alive} is shown");
        assert!(
            !outside_code.contains(alive),
            "{alive} lives outside of code: {outside_code}"
        );
    }
}

#[test]
fn the_author_hears_calmly_what_was_removed_and_why() {
    insta::assert_snapshot!(page(&tell_author(&case(), "Moonwell")), @r"
        # A message of yours was removed in Moonwell
        Your message in <#20> was removed by an automatic check: it holds a link that looks made to steal accounts or wallets.
        ```
        @everyone free nitro https://dlscord-gift.example ’’’’ <@5>
        ```
        Until <t:1800003600:f> you cannot write in `Moonwell`.

        **Was this wrong?** It happens to honest people, and a moderator can undo it. Press **Contest** and say in a sentence what it was; that works while you cannot write in the server, too.

        **Was this not you?** Then somebody else is using your account. Change your password now, log out every device (Settings, Devices), and turn on two-factor authentication.
        -- Case #12. Nobody from the team will ask for a password, a code or a seed phrase.
        [Contest v1:contest:1:41]
        ");
}

#[test]
fn whoever_posted_a_seed_phrase_gets_an_exact_guide() {
    let mut case = case();
    case.category = Category::Secret;
    case.actions = vec![Action::Delete, Action::Tell];
    insta::assert_snapshot!(page(&tell_author(&case, "Moonwell")), @r"
        # The key to your wallet was public. Please act now
        Your message in <#20> (`Moonwell`) held a seed phrase or a private key. It was removed at once, and no copy was kept. You did nothing forbidden, but programs read public channels within seconds, so **treat it as stolen**.

        **1.** On a device you trust, make a **new wallet** with a new seed phrase. Write it on paper.
        **2.** **Send everything you own there now**, the most valuable first. Whatever is staked or lent: start taking it out.
        **3.** Never use the old wallet again, on any chain. A new password or a fresh installation does not help: the phrase itself is known.
        **4.** Never type a seed phrase into a chat, a form or a website again, this one included.

        **Nobody from the team will ask for your phrase, and nobody will write to you first.** Whoever offers now to check, sync or recover your wallet is a thief, whatever their name and picture.
        -- Case #12. If it was no real secret, press Contest.
        [Contest v1:contest:1:41]
        ");
}

#[test]
fn whoever_posted_another_secret_gets_the_steps_for_that_one() {
    let mut case = case();
    case.category = Category::Secret;
    let mut guide_for = |kinds: &[SecretKind]| {
        if let Some(evidence) = &mut case.evidence {
            evidence.parts[0].secrets = kinds
                .iter()
                .map(|&kind| SecretSpan { kind, span: 0..4 })
                .collect();
        }
        page(&tell_author(&case, "Moonwell"))
    };
    for (kind, step) in [
        (SecretKind::DiscordToken, "Reset Token"),
        (SecretKind::WebhookUrl, "**delete** that webhook"),
        (SecretKind::TelegramToken, "@BotFather"),
        (SecretKind::ExchangeKey, "withdrawals"),
        (SecretKind::AccessToken, "**revoke**"),
        (SecretKind::PemKey, "**new key pair**"),
    ] {
        let guide = guide_for(&[kind]);
        assert!(guide.contains(step) && !guide.contains("new wallet"), "{guide}");
    }
    let both = guide_for(&[SecretKind::WebhookUrl, SecretKind::Wif]);
    let (wallet, webhook) = (both.find("new wallet").unwrap(), both.find("**delete**").unwrap());
    assert!(wallet < webhook, "the dearest first: {both}");
}

#[test]
fn a_restored_message_says_whose_it_is_and_what_is_missing() {
    insta::assert_snapshot!(page(&restored(&case(), &[], 2000).saying), @r"
        @everyone free nitro https://dlscord-gift.example ```` <@5>
        -# Written by <@175928847299117063> <t:1800000000:R>, removed by mistake and put back. Reactions and replies could not come back.
        ");
    assert_eq!(restored_name(&case()), "Mallory");
    let mut posing = case();
    if let Some(evidence) = &mut posing.evidence {
        evidence.author.display_name = "Discord Support".into();
        evidence.parts[0].text = "x".repeat(4000);
    }
    assert_eq!(restored_name(&posing), "Restored message");
    let long = restored(&posing, &[], 1980);
    assert!(long.saying.text.chars().count() <= 1980);
    assert_eq!(long.whole, Some("x".repeat(4000)), "nothing of it is lost");
}

#[test]
fn a_restored_message_names_the_files_that_could_not_be_kept() {
    let lost = |names: &[&str]| page(&restored(&case(), names, 1980).saying);
    insta::assert_snapshot!(lost(&["film.mp4"]), @r"
        @everyone free nitro https://dlscord-gift.example ```` <@5>
        -# Written by <@175928847299117063> <t:1800000000:R>, removed by mistake and put back. Reactions and replies could not come back. Its file `film.mp4` could not be kept.
        ");
    let many = lost(&["a", "b", "c", "d", "e", "f", "g"]);
    assert!(
        many.contains("Its files `a`, `b`, `c`, `d`, `e` and 2 more could not be kept."),
        "{many}"
    );
}

#[test]
fn the_author_hears_of_a_mistake() {
    insta::assert_snapshot!(page(&tell_restored(&case(), "Moonwell", Kept::default())), @r"
        # We were wrong about your message in Moonwell
        A moderator looked at it and put it back in <#20>. Your timeout has ended. We are sorry for the trouble, and thank you for your patience.
        -- Case #12
        ");
}

#[test]
fn every_refusal_is_a_sentence_that_says_why() {
    let refusals = [
        Forbidden::Lacking(Permissions::KICK_MEMBERS),
        Forbidden::LackingThere(Permissions::MANAGE_MESSAGES, ChannelId(20)),
        Forbidden::Oneself,
        Forbidden::Outranked,
        Forbidden::Owner,
        Forbidden::Gone,
        Forbidden::BotLacking(Permissions::BAN_MEMBERS),
        Forbidden::BotLackingThere(Permissions::MANAGE_WEBHOOKS, ChannelId(20)),
        Forbidden::BotOutranked,
        Forbidden::Administrator,
    ]
    .map(|one| forbidden(&one));
    insta::assert_snapshot!(refusals.join("\n"), @r"
        You need the permission **Kick Members** for this.
        You need the permission **Manage Messages** in <#20> for this.
        This is about your own message: somebody else has to decide.
        The author's highest role is not below yours, so this is for somebody with a higher role.
        The author owns this server: nobody can do that to them.
        The author is not in this server any more. A ban still works.
        Nightdesk itself lacks the permission **Ban Members**: turn it on in Server Settings, Roles, for Nightdesk's role, and press again.
        Nightdesk itself lacks the permission **Manage Webhooks** in <#20>: turn it on in that channel's settings, Permissions, and press again.
        Nightdesk's highest role is not above the author's: drag Nightdesk's role higher in Server Settings, Roles, and press again.
        Discord allows nobody to time out an administrator. Take their administrator role away first.
        ");
    let settled = |deed| {
        Refused::Settled(CaseEvent {
            deed,
            by: Some(UserId(7)),
            at: NOW,
            note: None,
        })
    };
    let refusals = [
        settled(CaseDeed::Restored),
        settled(CaseDeed::Contested),
        Refused::NoAccount,
        Refused::NotTheAuthor,
        Refused::MoreMembers(1),
        Refused::MoreMembers(3),
    ]
    .map(|one| refused(&one));
    insta::assert_snapshot!(refusals.join("\n"), @r"
        Nothing to do: <@7> found it wrong and undid it <t:1800000000:R>.
        You have contested this already, <t:1800000000:R>. A moderator will read it.
        A webhook posted this, so there is no account to punish. Delete the webhook in the channel's settings, Integrations.
        Only the author of the message can contest its removal.
        Nothing was done: one more member joined this wave while you pressed. Look at the card, and press again.
        Nothing was done: 3 more members joined this wave while you pressed. Look at the card, and press again.
        ");
}

#[test]
fn a_press_is_answered_with_what_it_does() {
    let mut case = case();
    case.history.push(CaseEvent {
        deed: CaseDeed::Banned,
        by: None,
        at: NOW,
        note: None,
    });
    let answers: Vec<String> = Press::ALL
        .iter()
        .map(|press| pressed(*press, &case, Kept::default()).text)
        .collect();
    insta::assert_snapshot!(answers.join("\n"), @r"
        Case #12 is upheld. Thank you.
        Case #12 is undone. The message is being put back, with the files that were kept. Reactions, replies and the author's own ability to edit it cannot come back. The ban is being lifted. **Nobody comes back by that alone**: send the author an invitation.
        Case #12: the author is being timed out for 24 hours.
        Case #12: the author is being removed from the server.
        Case #12: the author is being banned.
        Case #12: the author may write again and is told so.
        Case #12: the author is told that it is too early. They may ask again.
        ");
}

#[test]
fn cases_are_listed_a_line_each() {
    insta::assert_snapshot!(page(&list(&[case()])), @r"
        # 1 case
        **#12** phishing by <@175928847299117063> in <#20>, <t:1800000000:R>: removed, waits for review

        -- `/case show` shows one with everything that is known.
        ");
    assert_eq!(page(&list(&[])), "No case matches that.");
}

#[test]
fn spans_of_time_read_as_people_say_them() {
    let spans = [30, 90, 600, 3600, 5400, 86_400, 172_800, 2_419_200].map(span);
    assert_eq!(
        spans,
        [
            "30 seconds",
            "90 seconds",
            "10 minutes",
            "1 hour",
            "90 minutes",
            "24 hours",
            "2 days",
            "28 days"
        ]
    );
}
