//! What is read about people: stolen accounts and the way back, names that imitate others.

use super::*;

#[test]
fn a_stolen_accounts_owner_is_shown_the_way_back() {
    let stolen = Case {
        actions: vec![
            Action::Delete,
            Action::Timeout { seconds: 86_400 },
            Action::Recover,
        ],
        ..case()
    };
    insta::assert_snapshot!(page(&tell_author(&stolen, "Moonwell")), @r"
    # Is somebody else using your account?
    Something was posted from your account in `Moonwell` that scammers post. You have been with us for a while, so we think that **somebody else is using your account**. It was removed.
    So that nobody is robbed in your name, your account cannot write there until <t:1800086400:f>.

    **1.** Change your Discord password now. That also makes the stolen login worthless.
    **2.** Settings, **Devices**: log out all that you do not know.
    **3.** Settings, **Authorized Apps**: remove what you did not add.
    **4.** Turn on **two-factor authentication**, and change the password of your e-mail if it was the same.
    **5.** Find out how it happened. Did you scan a **QR code** to “verify”, type a password after following a link, or run a game or a file somebody sent? Then do not do it again, and have the computer checked.

    **Done?** Press **I have my account again**: a moderator lets you write again. **Was it you, and harmless?** Press **Contest** and say so.
    -- Case #12. Nobody from the team will ask for a password, a code or a seed phrase, and none is needed here.
    [I have my account again v1:account-back:1:41] [Contest v1:contest:1:41]
    ");
}

#[test]
fn a_request_to_be_let_back_stands_on_the_card_with_two_answers() {
    let mut asks = Case {
        actions: vec![
            Action::Delete,
            Action::Timeout { seconds: 86_400 },
            Action::Recover,
        ],
        ..case()
    };
    asks.history.push(CaseEvent {
        deed: CaseDeed::AskedBack,
        by: Some(asks.author),
        at: NOW,
        note: None,
    });
    insta::assert_snapshot!(page(&review_card(&asks, None, &[])), @r"
    # Case #12 · the author asks to be let back
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
    the author was timed out until <t:1800086400:f>
    the account is most likely stolen: its owner was shown how to get it back
    ## Asks to be let back
    <t:1800000000:R>: the author says that the account is theirs again. Look whether they write like themselves, or ask them outside of Discord.
    ## History
    <@175928847299117063> says that the account is theirs again, <t:1800000000:R>
    -- Each button asks for your own permission and for a role above the author's.
    [Uphold v1:confirm:41] [Restore v1:restore:41] [Time out 24 hours v1:timeout:41] [Kick v1:kick:41] [Ban v1:ban:41] [False positive v1:false-positive:41] [Ban with history v1:ban-history:41] [Make a rule v1:make-rule:41] [Let them back v1:let-back:41] [Not yet v1:decline-back:41]
    ");
}

#[test]
fn the_answer_to_such_a_request_says_what_to_do_next() {
    let mut answered = case();
    let mut pages = Vec::new();
    for deed in [CaseDeed::Declined, CaseDeed::LetBack] {
        answered.history.push(CaseEvent {
            deed,
            by: Some(UserId(7)),
            at: NOW,
            note: None,
        });
        pages.push(page(&tell_answer(&answered, "Moonwell", Kept::default())));
    }
    let kept = Kept {
        timeout: Some(NOW),
        ..Kept::default()
    };
    pages.push(page(&tell_answer(&answered, "Moonwell", kept)));
    insta::assert_snapshot!(pages.join("\n\n"), @r"
    # Not yet: Moonwell
    A moderator looked at it and is not sure yet that the account is yours alone. Please go through the steps above once more, password and devices first, and then ask again.
    -- Case #12
    [I have my account again v1:account-back:1:41]

    # Welcome back to Moonwell
    A moderator has let you back: you can write again. Thank you for taking care of it. If something odd is posted in your name once more, write to the team.
    -- Case #12

    # Welcome back to Moonwell
    A moderator has let you back. You can write again from <t:1800000000:f> on: until then you stay timed out for something else that was posted in your name. There is a message from me about that, too. Thank you for taking care of it. If something odd is posted in your name once more, write to the team.
    -- Case #12
    ");
}

/// A member whose name imitates Alice's.
fn borrowed_name() -> Case {
    let mut named = case();
    named.message = MessageId(named.author.0);
    named.channel = crate::app::impostors::NOWHERE;
    named.category = Category::Impersonation;
    named.actions = vec![Action::Log];
    named.imitates = Some("Alice Moreau".to_owned());
    if let Some(evidence) = &mut named.evidence {
        evidence.arrival = Arrival::Named;
        evidence.parts[0].place = Place::DisplayName;
        evidence.parts[0].text = "AIice Moreau".to_owned();
    }
    named
}

#[test]
fn a_borrowed_name_is_shown_with_whom_it_imitates_and_a_wave_with_its_size() {
    let mut wave = borrowed_name();
    insta::assert_snapshot!(page(&review_card(&wave, None, &[])), @r"
    # Case #12 · a name, waits for review
    display_name:
    ```
    AIice Moreau
    ```
    ## Author
    <@175928847299117063> `mall’ory`
    account made <t:1462015105:R>
    joined <t:1799000000:R>
    ## Where
    at a join or a change of name or picture
    seen <t:1800000000:R>
    ## Verdict
    a borrowed name, score 120
    impersonation, high
    ## Looks like
    `Alice Moreau`
    ## Found
    `gift-lookalike` high in content 21–49, folded view: `https://dlscord-gift.example`
    ## What happened
    nothing was removed, nobody was punished
    -- Each button asks for your own permission and for a role above the author's.
    [Uphold v1:confirm:41] [Not an impostor v1:restore:41] [Time out 24 hours v1:timeout:41] [Kick v1:kick:41] [Ban v1:ban:41] [False positive v1:false-positive:41] [Ban with history v1:ban-history:41]
    ");
    wave.others = (1..=40)
        .map(|user| crate::model::case::Other {
            user: UserId(user),
            roles: Vec::new(),
        })
        .collect();
    let words = page(&review_card(&wave, None, &[]));
    assert!(
        words.contains("And 40 more") && words.contains("… and 10 more"),
        "{words}"
    );
    let answers =
        [Press::Timeout, Press::Kick, Press::Ban].map(|press| pressed(press, &wave, Kept::default()).text);
    insta::assert_snapshot!(answers.join("\n"), @r"
    Case #12: all 41 members are being timed out for 24 hours.
    Case #12: all 41 members are being removed from the server.
    Case #12: all 41 members are being banned.
    ");
}

#[test]
fn who_is_punished_for_a_name_reads_why() {
    let mut kicked = borrowed_name();
    kicked.history.push(CaseEvent {
        deed: CaseDeed::Kicked,
        by: Some(UserId(7)),
        at: NOW,
        note: None,
    });
    insta::assert_snapshot!(page(&tell_author(&kicked, "Moonwell")), @r"
    # Your name in Moonwell
    In `Moonwell` you appear as `AIice Moreau`. Your name looks like the one of somebody of the team, and people there are robbed by accounts like that.
    A moderator removed you from the server.

    **Is it simply you?** Press **Contest** and say so: a moderator reads it and can undo it. You can also choose another nickname or picture there.
    -- Case #12. Nobody from the team will ask for a password, a code or a seed phrase.
    [Contest v1:contest:1:41]
    ");
}

#[test]
fn what_another_case_still_holds_is_not_said_to_end() {
    let mut case = case();
    case.history.push(CaseEvent {
        deed: CaseDeed::Banned,
        by: None,
        at: NOW,
        note: None,
    });
    let kept = Kept {
        ban: true,
        timeout: Some(NOW),
    };
    let answers = [Press::Restore, Press::LetBack].map(|press| pressed(press, &case, kept).text);
    insta::assert_snapshot!(answers.join("\n"), @r"
        Case #12 is undone. The message is being put back, with the files that were kept. Reactions, replies and the author's own ability to edit it cannot come back. **The ban stays**: another case of theirs still holds it. They stay timed out until <t:1800000000:f>: another case of theirs still holds that.
        Case #12: the author is told that you let them back, but stays timed out until <t:1800000000:f>: another case of theirs still holds that. Undo that one, too, if they shall write again.
        ");
}

#[test]
fn a_member_whom_another_case_still_holds_is_not_told_that_it_is_over() {
    let kept = |ban, timeout| page(&tell_restored(&case(), "Moonwell", Kept { ban, timeout }));
    insta::assert_snapshot!([kept(false, Some(NOW)), kept(true, None)].join("\n\n"), @r"
    # We were wrong about your message in Moonwell
    A moderator looked at it and put it back in <#20>. You stay timed out until <t:1800000000:f>: that is about something else of yours, and still stands. We are sorry for the trouble, and thank you for your patience.
    -- Case #12

    # We were wrong about your message in Moonwell
    A moderator looked at it and put it back in <#20>. You stay banned: that was about something else of yours, and still stands. We are sorry for the trouble, and thank you for your patience.
    -- Case #12
    ");
}
